import { Alert, DatePicker, InputNumber, Modal, Select, Steps } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { useName, useSay, type Name } from "../../shared/language.tsx";
import { awardOf, mainNumber } from "./model/award.ts";
import { items, type Files } from "./model/bundle.ts";
import { addTemporary } from "./model/temporary.ts";

interface Props {
  files: Files;
  /** The rule it was dropped on. */
  rule: string | null;
  /** The day it is in the program. */
  today: string;
  close: () => void;
  apply: (files: Files) => void;
}

/** A rule changed for some days, in three steps: what, from when to when, and the sentence to agree to. */
export function TemporaryChange({ files, rule, today, close, apply }: Props) {
  const say = useSay();
  const name = useName();
  const candidates = items(files, "rules").filter((item) => mainNumber(awardOf(item)) !== null);
  const [at, setAt] = useState(0);
  const [chosen, setChosen] = useState(candidates.some((item) => item["id"] === rule) ? rule : null);
  const [to, setTo] = useState<number | null>(null);
  const [days, setDays] = useState<[Dayjs, Dayjs] | null>(null);
  const item = candidates.find((candidate) => candidate["id"] === chosen);
  const number = item ? mainNumber(awardOf(item)) : null;
  const title = item ? name(item["name"] as Name | string | undefined) || String(item["id"]) : "";
  const measure = (value: number) => (number?.isPercent ? `${value}%` : say(`${value} 分`, `${value} points`));
  const range = days ? { from: days[0].format("YYYY-MM-DD"), until: days[1].format("YYYY-MM-DD") } : null;
  const result = chosen && to !== null && range ? addTemporary(files, { rule: chosen, to, ...range }) : null;
  const ready = [chosen !== null && to !== null && to !== number?.value, range !== null, result !== null][at] ?? false;
  const go = () => {
    if (at < 2) setAt(at + 1);
    else if (result) apply(result);
  };
  return (
    <Modal
      open
      width={560}
      title={say("限时调整", "Change for some days")}
      okText={at < 2 ? say("下一步", "Next") : say("加入草稿", "Add to the draft")}
      cancelText={at === 0 ? say("取消", "Cancel") : say("上一步", "Back")}
      okButtonProps={{ disabled: !ready }}
      onOk={go}
      // The button goes a step back; the cross and the escape key leave.
      cancelButtonProps={{ onClick: () => (at > 0 ? setAt(at - 1) : close()) }}
      onCancel={close}
    >
      <Steps
        size="small"
        current={at}
        style={{ marginBottom: 16 }}
        items={[{ title: say("改什么", "What") }, { title: say("哪些天", "When") }, { title: say("核对", "Check") }]}
      />
      {at === 0 && (
        <>
          <div className="field">
            <label htmlFor="temporary-rule">{say("规则", "Rule")}</label>
            <Select
              id="temporary-rule"
              style={{ width: "100%" }}
              value={chosen}
              onChange={(id: string) => setChosen(id)}
              options={candidates.map((candidate) => ({
                value: String(candidate["id"]),
                label: name(candidate["name"] as Name | string | undefined) || String(candidate["id"]),
              }))}
            />
          </div>
          {number && (
            <div className="field">
              <label htmlFor="temporary-to">
                {say(`由 ${measure(number.value)} 调整为`, `From ${measure(number.value)} to`)}
              </label>
              <InputNumber
                id="temporary-to"
                min={0}
                step={number.isPercent ? 0.5 : 1}
                value={to}
                suffix={number.isPercent ? "%" : ""}
                onChange={setTo}
                style={{ width: "100%" }}
              />
            </div>
          )}
        </>
      )}
      {at === 1 && (
        <div className="field">
          <label htmlFor="temporary-days">{say("开始与结束（含当天）", "First and last day")}</label>
          <DatePicker.RangePicker
            id={{ start: "temporary-days", end: "temporary-end" }}
            style={{ width: "100%" }}
            value={days}
            minDate={dayjs(today)}
            presets={[
              { label: say("从今天起一周", "A week from today"), value: [dayjs(today), dayjs(today).add(6, "day")] },
              {
                label: say("从明天起一周", "A week from tomorrow"),
                value: [dayjs(today).add(1, "day"), dayjs(today).add(7, "day")],
              },
            ]}
            onChange={(next) => setDays(next?.[0] && next[1] ? [next[0], next[1]] : null)}
          />
        </div>
      )}
      {at === 2 && number && range && (
        <Alert
          type="info"
          title={say(
            `${range.from} 至 ${range.until}，“${title}”由 ${measure(number.value)} 调整为 ${measure(to ?? 0)}，之后自动恢复。`,
            `From ${range.from} through ${range.until} “${title}” gives ${measure(to ?? 0)} instead of ${measure(number.value)}, and then again as before.`,
          )}
          description={say(
            "加入草稿后还可以修改，发布前不影响会员。",
            "You can still change it in the draft; members see nothing before it is published.",
          )}
        />
      )}
    </Modal>
  );
}
