import { Alert, Button, Collapse, Input } from "antd";
import { useState } from "react";
import { useSay } from "../../../shared/language.tsx";
import { itemText, replaceItem, type Files, type Item, type List, type Plain } from "../model/bundle.ts";
import { EVENTS, eventWord } from "../../../shared/events.ts";
import { periodWord } from "../model/words.ts";
import { AwardEditor } from "./AwardEditor.tsx";
import { BenefitForm } from "./BenefitForm.tsx";
import { ConditionEditor } from "./ConditionEditor.tsx";
import { useEditor, useItem, type ItemHandle } from "./context.ts";
import { DayField, ListField, NameFields, NumberField, SelectField, SwitchField, TextField } from "./fields.tsx";
import { PatternForm, StreakForm } from "./HabitForms.tsx";
import { FestiveDayForm } from "./FestiveDayForm.tsx";
import { BadgeForm, BoardForm, GiftForm, TaskForm } from "./PlayForms.tsx";
import { useOptionsOf } from "./useOptionsOf.ts";

const PERIODS = ["day", "week", "month", "year", "ever"];

/** The form of an item, by the list it stands in. */
export function ItemForm({ list, at }: { list: List; at: number }) {
  const of = useItem(list, at);
  return (
    <>
      {list === "badges" && <BadgeForm of={of} />}
      {list === "benefits" && <BenefitForm of={of} />}
      {list === "days" && <FestiveDayForm of={of} />}
      {list === "gifts" && <GiftForm of={of} />}
      {list === "leaderboards" && <BoardForm of={of} />}
      {list === "patterns" && <PatternForm of={of} />}
      {list === "streaks" && <StreakForm of={of} />}
      {list === "tasks" && <TaskForm of={of} />}
      {list === "rules" && <RuleForm of={of} />}
      {list === "multipliers" && <MultiplierForm of={of} />}
      {list === "caps" && <CapForm of={of} />}
      {list === "tiers" && <TierForm of={of} />}
      {list === "units" && <UnitForm of={of} />}
      <AsText list={list} at={at} readOnly={of.readOnly} />
    </>
  );
}

function RuleForm({ of }: { of: ItemHandle }) {
  const say = useSay();
  const units = useOptionsOf("units");
  const sources = useOptionsOf("sources");
  const gifts = useOptionsOf("gifts");
  const events = Object.keys(EVENTS).map((value) => ({ value, label: eventWord(value, say) }));
  const periods = PERIODS.map((value) => ({ value, label: periodWord(value, say) }));
  const multiplied = hasTierFactor(of.item);
  return (
    <>
      <NameFields of={of} path={["name"]} label={say("名称", "Name")} />
      <SelectField of={of} path={["on"]} label={say("什么时候", "When this happens")} options={events} clear={false} />
      <ConditionEditor of={of} label={say("满足什么条件", "Under which conditions")} />
      <NameFields of={of} path={["terms"]} label={say("给会员看的条件说明", "The conditions in words, for members")} />
      <AwardEditor of={of} />
      <TierFactor of={of} multiplied={multiplied} />
      <SelectField
        of={of}
        path={["gift"]}
        label={say("另赠", "With a gift")}
        options={gifts}
        help={say(
          "每次给分时一并赠送；赠完时积分照常发放",
          "comes with the points; once none is left, points come alone",
        )}
      />
      <h2 className="sub">{say("期间", "When it applies")}</h2>
      <div className="pair">
        <DayField of={of} path={["from"]} label={say("开始", "From")} />
        <DayField of={of} path={["until"]} label={say("结束（含当天）", "Through")} />
      </div>
      <ListField
        of={of}
        path={["during"]}
        label={say("每年的哪些天", "Days of every year")}
        help={say("例如 11-11 或 06-16..06-18", "such as 11-11 or 06-16..06-18")}
        options={[]}
      />
      <h2 className="sub">{say("限额", "Limits")}</h2>
      <div className="pair">
        <SelectField of={of} path={["once"]} label={say("只给一次", "Only once")} options={periods} />
        <NumberField of={of} path={["event_max"]} label={say("单次最多", "At most per event")} precision={0} min={1} />
        <NumberField
          of={of}
          path={["budget", "points"]}
          label={say("总预算（积分）", "Budget in points")}
          precision={0}
          help={say("所有会员合计，用完即止", "for everybody together")}
        />
      </div>
      <h2 className="sub">{say("归类与状态", "Label and state")}</h2>
      <div className="pair">
        <SelectField of={of} path={["source"]} label={say("积分来源", "Source")} options={sources} />
        <SelectField of={of} path={["unit"]} label={say("积分单位", "Unit")} options={units} />
      </div>
      <div className="pair">
        <SwitchField of={of} path={["enabled"]} label={say("启用", "In use")} usual />
        <SwitchField of={of} path={["capped"]} label={say("计入获取上限", "Counts in caps")} usual />
      </div>
    </>
  );
}

const TIER = "tier.earning_multiplier";

function hasTierFactor(rule: Item): boolean {
  const multiply = rule["multiply"];
  return multiply === TIER || (Array.isArray(multiply) && multiply.includes(TIER));
}

/** Whether a tier's multiplier counts; other factors of the rule stay where they are. */
function TierFactor({ of, multiplied }: { of: ItemHandle; multiplied: boolean }) {
  const say = useSay();
  const raw = of.get(["multiply"]);
  const others = (Array.isArray(raw) ? raw : raw === undefined ? [] : [raw]).filter((factor) => factor !== TIER);
  const bound: ItemHandle = {
    ...of,
    get: () => multiplied,
    set: (_, value) => {
      const next: Plain[] = value === true ? [TIER, ...others] : others;
      of.set(["multiply"], next.length > 0 ? next : undefined);
    },
    problems: () => of.problems("multiply"),
  };
  return (
    <SwitchField
      of={bound}
      path={["multiply"]}
      label={say("乘以等级倍率", "Times the tier's multiplier")}
      usual={false}
      help={
        others.length > 0 &&
        say(`另有 ${others.length} 个倍率，见下方原文。`, `${others.length} more factors: see the text below.`)
      }
    />
  );
}

function MultiplierForm({ of }: { of: ItemHandle }) {
  const say = useSay();
  const rules = useOptionsOf("rules");
  const sources = useOptionsOf("sources");
  const byRules = of.get(["rules"]) !== undefined;
  return (
    <>
      <NameFields of={of} path={["name"]} label={say("名称", "Name")} />
      <NumberField of={of} path={["by"]} label={say("倍率", "Times")} step={0.1} suffix="×" />
      {byRules ? (
        <ListField of={of} path={["rules"]} label={say("对哪些规则", "For these rules")} options={rules} />
      ) : (
        <ListField
          of={of}
          path={["sources"]}
          label={say("对哪些来源的积分", "For points of these sources")}
          options={sources}
        />
      )}
      <ConditionEditor of={of} label={say("满足什么条件", "Under which conditions")} />
      <div className="pair">
        <DayField of={of} path={["from"]} label={say("开始", "From")} />
        <DayField of={of} path={["until"]} label={say("结束（含当天）", "Through")} />
      </div>
      <ListField
        of={of}
        path={["during"]}
        label={say("每年的哪些天", "Days of every year")}
        help={say("例如 11-11 或 06-16..06-18", "such as 11-11 or 06-16..06-18")}
        options={[]}
      />
      <div className="pair">
        <TextField
          of={of}
          path={["group"]}
          label={say("互斥组", "Group")}
          help={say("同组只取最高倍率", "of a group only the largest applies")}
        />
        <SwitchField of={of} path={["enabled"]} label={say("启用", "In use")} usual />
      </div>
    </>
  );
}

function CapForm({ of }: { of: ItemHandle }) {
  const say = useSay();
  const tiers = useOptionsOf("tiers");
  const units = useOptionsOf("units");
  const sources = useOptionsOf("sources");
  const points = of.get(["points"]);
  const byTier = typeof points === "object" && points !== null && !Array.isArray(points);
  const same = typeof points === "number" ? points : 1000;
  return (
    <>
      <div className="pair">
        <SelectField
          of={of}
          path={["per"]}
          label={say("每多久", "Per")}
          options={PERIODS.map((value) => ({ value, label: periodWord(value, say) }))}
          clear={false}
        />
        <SelectField of={of} path={["unit"]} label={say("积分单位", "Unit")} options={units} />
      </div>
      <ListField
        of={of}
        path={["sources"]}
        label={say("只算哪些来源（空为全部）", "Only these sources (all if empty)")}
        options={sources}
      />
      <p>
        <Button
          size="small"
          disabled={of.readOnly}
          onClick={() =>
            of.set(["points"], byTier ? same : Object.fromEntries(tiers.map(({ value }) => [value, same])))
          }
        >
          {byTier
            ? say("改为所有等级相同", "The same for every tier")
            : say("按等级分别设置", "A number for each tier")}
        </Button>
      </p>
      {byTier ? (
        <div className="pair">
          {tiers.map((tier) => (
            <NumberField key={tier.value} of={of} path={["points", tier.value]} label={tier.label} precision={0} />
          ))}
        </div>
      ) : (
        <NumberField of={of} path={["points"]} label={say("最多获取", "At most")} precision={0} />
      )}
    </>
  );
}

function TierForm({ of }: { of: ItemHandle }) {
  const say = useSay();
  const units = useOptionsOf("units");
  return (
    <>
      <NameFields of={of} path={["name"]} label={say("名称", "Name")} />
      <NumberField
        of={of}
        path={["earning_multiplier"]}
        label={say("获取倍率", "Earning multiplier")}
        step={0.1}
        max={100}
        suffix="×"
      />
      {units.map((unit) => (
        <ValidityField
          key={unit.value}
          of={of}
          path={["validity", unit.value]}
          label={say(`${unit.label}有效期（空为按单位设定）`, `Validity of ${unit.label} (as the unit says if empty)`)}
        />
      ))}
    </>
  );
}

function UnitForm({ of }: { of: ItemHandle }) {
  const say = useSay();
  const floating = typeof of.get(["value"]) === "object" && of.get(["value"]) !== null;
  return (
    <>
      <NameFields of={of} path={["name"]} label={say("名称", "Name")} />
      {floating ? (
        <div className="pair">
          <NumberField of={of} path={["value", "usual"]} label={say("通常价值（元）", "Usual worth")} step={0.001} />
          <NumberField of={of} path={["value", "from"]} label={say("最低", "From")} step={0.001} />
          <NumberField of={of} path={["value", "to"]} label={say("最高", "To")} step={0.001} />
        </div>
      ) : (
        <NumberField of={of} path={["value"]} label={say("每分价值（元）", "Worth of a point")} step={0.001} />
      )}
      <ValidityField of={of} path={["validity"]} label={say("有效期", "Validity")} />
      <div className="pair">
        <ListField
          of={of}
          path={["notice", "leads"]}
          label={say("失效前多久提醒", "Told how long before")}
          help={say("例如 30d、3mo", "such as 30d or 3mo")}
          options={[]}
        />
        <SwitchField
          of={of}
          path={["notice", "required"]}
          label={say("未提醒不得失效", "Lapses only after a notice")}
          usual
        />
      </div>
      <div className="pair">
        <NumberField of={of} path={["grace_days"]} label={say("退回宽限（天）", "Grace days")} precision={0} />
        <SwitchField of={of} path={["spendable"]} label={say("可以使用", "Can be spent")} usual />
      </div>
    </>
  );
}

const VALIDITIES = ["forever", "natural_year", "yearly_sweep", "months", "days"] as const;

/** How long points live. */
function ValidityField({ of, path, label }: { of: ItemHandle; path: (string | number)[]; label: string }) {
  const say = useSay();
  const raw = of.get(path);
  const kind = typeof raw === "string" ? raw : (["months", "days"] as const).find((key) => isIn(raw, key));
  const words: Record<(typeof VALIDITIES)[number], string> = {
    forever: say("永久有效", "Never lapses"),
    natural_year: say("自然年，次年 1 月 1 日清零", "Natural year"),
    yearly_sweep: say("每年 12 月 31 日清除满一年的", "Swept each year's end"),
    months: say("若干个月", "Some months"),
    days: say("若干天", "Some days"),
  };
  const bound: ItemHandle = {
    ...of,
    get: () => kind,
    set: (_, value) => of.set(path, value === "months" ? { months: 12 } : value === "days" ? { days: 365 } : value),
  };
  return (
    <div className="pair">
      <SelectField
        of={bound}
        path={path}
        label={label}
        options={VALIDITIES.map((value) => ({ value, label: words[value] }))}
      />
      {(kind === "months" || kind === "days") && (
        <NumberField of={of} path={[...path, kind]} label={words[kind]} precision={0} min={1} />
      )}
    </div>
  );
}

function isIn(value: Plain | undefined, key: string): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && key in value;
}

/** The item as it stands in the file: everything that has no field of its own. */
function AsText({ list, at, readOnly }: { list: List; at: number; readOnly: boolean }) {
  const say = useSay();
  const { files } = useEditor();
  const text = itemText(files, list, at);
  return (
    <Collapse
      ghost
      items={[
        {
          key: "text",
          label: say("原文（高级设置）", "As text (everything else)"),
          children: <TextForm key={text} text={text} list={list} at={at} readOnly={readOnly} files={files} />,
        },
      ]}
    />
  );
}

interface TextFormProps {
  text: string;
  list: List;
  at: number;
  readOnly: boolean;
  files: Files;
}

function TextForm({ text, list, at, readOnly, files }: TextFormProps) {
  const say = useSay();
  const { edit } = useEditor();
  const [draft, setDraft] = useState(text);
  const [problem, setProblem] = useState<string | null>(null);
  const apply = () => {
    const next = replaceItem(files, list, at, draft);
    if (typeof next === "string") setProblem(next);
    else edit(`${list}/${at}/text`, () => next);
  };
  return (
    <>
      <Input.TextArea
        className="code"
        aria-label={say("原文", "As text")}
        value={draft}
        disabled={readOnly}
        spellCheck={false}
        autoSize={{ minRows: 4, maxRows: 24 }}
        onChange={(event) => {
          setDraft(event.target.value);
          setProblem(null);
        }}
      />
      {problem && (
        <Alert
          type="error"
          title={say("原文有误，没有改动", "The text cannot be read; nothing was changed")}
          description={problem}
        />
      )}
      <Button style={{ marginTop: 8 }} disabled={readOnly || draft === text} onClick={apply}>
        {say("应用", "Apply")}
      </Button>
    </>
  );
}
