import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useSay } from "../../../shared/language.tsx";
import { awardOf, freshAward, kindOf, major, percent, type AwardKind } from "../model/award.ts";
import { awardWord, perWord } from "../model/words.ts";
import type { Plain } from "../model/bundle.ts";
import { useEditor, type ItemHandle } from "./context.ts";
import { Field, NumberField, SelectField, TextField } from "./fields.tsx";

const KINDS: AwardKind[] = ["percent", "rate", "every", "steps", "fixed", "range", "ladder"];

/** How many points a rule gives. */
export function AwardEditor({ of }: { of: ItemHandle }) {
  const say = useSay();
  const { currency } = useEditor();
  const kind = kindOf(awardOf(of.item));
  const kinds = kind === "unknown" ? [...KINDS, kind] : KINDS;
  const pers = ["line.amount", "order.amount", "line.quantity"].map((value) => ({ value, label: perWord(value, say) }));
  const money = {
    read: major,
    write: (value: number): Plain => `${value.toFixed(2)} ${currency}`,
    precision: 2,
    suffix: currency,
    min: 0.01,
  };
  const per = (
    <SelectField of={of} path={["award", "per"]} label={say("以什么计算", "Based on")} options={pers} clear={false} />
  );
  const points = (label: string) => <NumberField of={of} path={["award", "points"]} label={label} />;
  return (
    <>
      <Field label={say("怎么给分", "How points are given")} problems={kind === "unknown" ? of.problems("award") : []}>
        {(id) => (
          <Select
            id={id}
            disabled={of.readOnly}
            value={kind}
            style={{ width: "100%" }}
            options={kinds.map((value) => ({ value, label: awardWord(value, say) }))}
            onChange={(next: AwardKind) => of.set(["award"], freshAward(next, currency))}
          />
        )}
      </Field>
      <div className="pair">
        {kind === "percent" && (
          <>
            {per}
            <NumberField
              of={of}
              path={["award", "percent"]}
              label={say("比例", "Share")}
              suffix="%"
              read={percent}
              write={(value) => `${value}%`}
            />
          </>
        )}
        {kind === "rate" && (
          <>
            {per}
            <NumberField of={of} path={["award", "each"]} label={say("每一份", "Each")} {...money} />
            {points(say("得多少分", "Points"))}
          </>
        )}
        {kind === "every" && (
          <>
            {per}
            <NumberField of={of} path={["award", "every"]} label={say("每满", "Each full")} {...money} />
            {points(say("加多少分", "Points"))}
          </>
        )}
        {kind === "steps" && (
          <>
            {per}
            <NumberField of={of} path={["award", "each"]} label={say("每一份", "Each")} {...money} />
          </>
        )}
        {kind === "fixed" && points(say("多少分", "Points"))}
        {kind === "range" && (
          <>
            <NumberField of={of} path={["award", "points", "from"]} label={say("最少", "At least")} precision={0} />
            <NumberField of={of} path={["award", "points", "to"]} label={say("最多", "At most")} precision={0} />
          </>
        )}
        {kind === "ladder" && (
          <TextField of={of} path={["award", "ladder", "by"]} label={say("按哪个连续天数", "By which streak")} />
        )}
      </div>
      {kind === "steps" && <Steps of={of} money={money} />}
      {kind === "ladder" && <Ladder of={of} />}
    </>
  );
}

interface Money {
  read: (value: Plain | undefined) => number | null;
  write: (value: number) => Plain;
  precision: number;
  suffix: string;
}

function Steps({ of, money }: { of: ItemHandle; money: Money }) {
  const say = useSay();
  const { currency } = useEditor();
  const raw = of.get(["award", "steps"]);
  const steps = Array.isArray(raw) ? raw : [];
  return (
    <fieldset className="fieldset">
      <legend>{say("阶梯", "Steps")}</legend>
      {steps.map((_, at) => (
        <div className="pair" key={at}>
          <NumberField of={of} path={["award", "steps", at, "from"]} label={say("满", "From")} {...money} min={0} />
          <NumberField of={of} path={["award", "steps", at, "points"]} label={say("每份得", "Points")} step={0.1} />
          <Button
            icon={<DeleteOutlined />}
            aria-label={say("删除这一档", "Remove this step")}
            disabled={of.readOnly || steps.length === 1}
            onClick={() => of.set(["award", "steps", at], undefined)}
          />
        </div>
      ))}
      <Button
        icon={<PlusOutlined />}
        disabled={of.readOnly}
        onClick={() => of.set(["award", "steps", steps.length], { from: `0.00 ${currency}`, points: 1 })}
      >
        {say("加一档", "Add a step")}
      </Button>
    </fieldset>
  );
}

function Ladder({ of }: { of: ItemHandle }) {
  const say = useSay();
  const raw = of.get(["award", "ladder", "steps"]);
  const steps = typeof raw === "object" && raw !== null && !Array.isArray(raw) ? (raw as Record<string, number>) : {};
  const entries = Object.entries(steps).sort(([one], [two]) => Number(one) - Number(two));
  const write = (next: [string, number][]) =>
    of.set(["award", "ladder", "steps"], Object.fromEntries(next) as Record<string, Plain>);
  const last = Number(entries.at(-1)?.[0] ?? 0);
  return (
    <fieldset className="fieldset">
      <legend>{say("连续天数与得分", "Days in a row and points")}</legend>
      {entries.map(([day, points], at) => (
        <div className="pair" key={day}>
          <span>{say(`第 ${day} 天起`, `from day ${day}`)}</span>
          <NumberField
            of={of}
            path={["award", "ladder", "steps"]}
            label={say("得分", "Points")}
            precision={0}
            read={() => points}
            write={(value) => Object.fromEntries(entries.map((entry, place) => (place === at ? [day, value] : entry)))}
          />
          <Button
            icon={<DeleteOutlined />}
            aria-label={say(`删除第 ${day} 天`, `Remove day ${day}`)}
            disabled={of.readOnly || entries.length === 1}
            onClick={() => write(entries.filter((_, place) => place !== at))}
          />
        </div>
      ))}
      <Button
        icon={<PlusOutlined />}
        disabled={of.readOnly}
        onClick={() => write([...entries, [String(last + 1), 10]])}
      >
        {say("加一天", "Add a day")}
      </Button>
    </fieldset>
  );
}
