import { Card, Input, InputNumber, Segmented, Select, Switch } from "antd";
import { useState } from "react";
import { useSay } from "../../../shared/language.tsx";
import { useNames } from "../../../shared/program.ts";
import { set, type Plain } from "../model/bundle.ts";
import { sections, type Leaf, type Section } from "../model/leaves.ts";
import { termWord } from "../model/terms.ts";
import { useEditor } from "./context.ts";
import { TransitionCard } from "./TransitionCard.tsx";

/** Files that are about numbers rather than lists of rules, in the order in which they matter. */
const FILES: [file: string, zh: string, en: string][] = [
  ["changes.yaml", "公告与过渡", "Notice and transitions"],
  ["local.yaml", "门店自主权限", "Local benefits"],
  ["rewards.yaml", "兑换", "Redeeming"],
  ["prices.yaml", "价格", "Prices"],
  ["conversions.yaml", "休眠积分转换", "Conversions"],
  ["deductions.yaml", "结账抵扣", "Checkout"],
  ["rights.yaml", "额度与审批", "Ceilings and approvals"],
  ["streaks.yaml", "连续天数", "Days in a row"],
  ["referrals.yaml", "好友推荐", "Friends"],
  ["occasions.yaml", "生日与节日", "Occasions"],
  ["abuse.yaml", "异常行为", "Patterns of abuse"],
  ["wake_up.yaml", "唤醒计划", "Waking up"],
  ["stages.yaml", "会员生命周期", "Stages"],
  ["benefits.yaml", "等级权益", "Benefits"],
  ["boards.yaml", "目标与预警", "Goals and alerts"],
  ["program.yaml", "方案", "The program"],
];

/** Terms and numbers: every plain value of a file has a field, under what the file says about it. */
export function Numbers() {
  const say = useSay();
  const { files } = useEditor();
  const there = FILES.filter(([file]) => files[file] !== undefined);
  const [chosen, setChosen] = useState(there[0]?.[0] ?? "");
  return (
    <>
      <div className="filters scroll-x">
        <Segmented
          aria-label={say("哪一类", "Which terms")}
          value={chosen}
          onChange={setChosen}
          options={there.map(([file, zh, en]) => ({ value: file, label: say(zh, en) }))}
        />
      </div>
      <div className="grid halves">
        {chosen === "changes.yaml" && <TransitionCard />}
        {sections(files[chosen] ?? "")
          // The transition has a card of its own.
          .filter(({ key, leaves }) => leaves.length > 0 && !(chosen === "changes.yaml" && key === "transition"))
          .map((section) => (
            <SectionCard key={`${chosen}/${section.key}`} file={chosen} section={section} />
          ))}
      </div>
      <p className="quiet">
        {say(
          "这里没有的项目可在“原文”中添加，那里列出所有可写的项。",
          "What is not here can be added under “Files”, where everything that may be written is listed.",
        )}
      </p>
    </>
  );
}

function SectionCard({ file, section }: { file: string; section: Section }) {
  const say = useSay();
  const { problems } = useEditor();
  const wrong = problems.filter((found) => found.file === file && found.message.includes(section.key));
  return (
    <Card size="small" title={termWord(section.key, say)} extra={<code className="quiet">{section.key}</code>}>
      {section.zh && <p className="quiet">{say(section.zh, section.en)}</p>}
      {section.leaves.map((leaf) => (
        <LeafField key={leaf.path.join("/")} file={file} leaf={leaf} name={section.key} />
      ))}
      {wrong.map((found) => (
        <p key={found.message} className="stop">
          {found.message}
        </p>
      ))}
    </Card>
  );
}

function LeafField({ file, leaf, name }: { file: string; leaf: Leaf; name: string }) {
  const say = useSay();
  const { edit, readOnly } = useEditor();
  const names = useNames();
  const id = `leaf-${file}-${leaf.path.join("-")}`;
  const write = (value: Plain) => edit(`${file}/${leaf.path.join("/")}`, (files) => set(files, file, leaf.path, value));
  const word = (key: string) => termWord(names.tier(key), say);
  const label = leaf.label.map(word).join(" · ");
  return (
    <div className="field">
      <label htmlFor={id} className={label ? "" : "sr"}>
        {label || word(name)}
      </label>
      <Field id={id} value={leaf.value} disabled={readOnly} write={write} />
    </div>
  );
}

interface FieldProps {
  id: string;
  value: Leaf["value"];
  disabled: boolean;
  write: (value: Plain) => void;
}

function Field({ id, value, disabled, write }: FieldProps) {
  if (typeof value === "boolean") return <Switch id={id} checked={value} disabled={disabled} onChange={write} />;
  if (typeof value === "number") {
    return (
      <InputNumber
        id={id}
        value={value}
        disabled={disabled}
        onChange={(next) => next !== null && write(next)}
        style={{ width: "100%" }}
      />
    );
  }
  if (Array.isArray(value)) {
    return (
      <Select
        id={id}
        mode="tags"
        open={false}
        suffixIcon={null}
        value={value}
        disabled={disabled}
        onChange={(next: string[]) => write(next)}
        style={{ width: "100%" }}
      />
    );
  }
  return <Words key={value} id={id} value={value} disabled={disabled} write={write} />;
}

/** Text is written when it is left: half a percentage is none. */
function Words({ id, value, disabled, write }: FieldProps & { value: string }) {
  const [typed, setTyped] = useState(value);
  const leave = () => typed !== value && write(typed);
  return (
    <Input
      id={id}
      value={typed}
      disabled={disabled}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={leave}
      onPressEnter={leave}
    />
  );
}
