import { Card, Checkbox, DatePicker, InputNumber, Select } from "antd";
import dayjs from "dayjs";
import { useName, useSay } from "../../../shared/language.tsx";
import { useProgramInForce } from "../../../shared/program.ts";
import { items } from "../model/bundle.ts";
import { setTransition, transitionOf, type Transition } from "../model/transition.ts";
import { useToday } from "../useToday.ts";
import { useEditor } from "./context.ts";

/** Months for which a transition lasts unless somebody says otherwise. */
const USUAL_MONTHS = 3;

/** What members who were there before a change keep, and until when. */
export function TransitionCard() {
  const say = useSay();
  const name = useName();
  const today = useToday();
  const { files, edit, readOnly } = useEditor();
  const version = useProgramInForce().data?.version ?? 1;
  const { earning, redeem } = transitionOf(files);
  const write = <K extends keyof Transition>(which: K, value: Transition[K]) =>
    edit(`changes.yaml/transition/${which}`, (before) => setTransition(before, which, value));
  const later = dayjs(today).add(USUAL_MONTHS, "month").format("YYYY-MM-DD");
  const units = items(files, "units").map((unit) => String(unit["id"]));
  return (
    <Card size="small" title={say("过渡安排", "Transition")} extra={<code className="quiet">transition</code>}>
      <p className="quiet">
        {say(
          "规则变更时，老会员在一段时间内保留原有权益。会员在规则页上看得到。",
          "When rules change, members who were there before keep what they had for a while. It stands on the rule page.",
        )}
      </p>
      <Checkbox
        checked={earning !== null}
        disabled={readOnly}
        onChange={({ target }) =>
          write("earning", target.checked ? { version, joined_before: today, until: later } : null)
        }
      >
        {say("老会员按原规则获得积分", "Earlier members earn by the earlier rules")}
      </Checkbox>
      <br />
      {earning && (
        <div className="pair">
          <div className="field">
            <label htmlFor="transition-version">{say("按第几版规则", "By version")}</label>
            <InputNumber
              id="transition-version"
              min={1}
              precision={0}
              value={earning.version}
              disabled={readOnly}
              onChange={(next) => next !== null && write("earning", { ...earning, version: next })}
              style={{ width: "100%" }}
            />
          </div>
          <Day
            id="transition-joined"
            label={say("此日之前入会", "Who joined before")}
            value={earning.joined_before}
            disabled={readOnly}
            write={(day) => write("earning", { ...earning, joined_before: day })}
          />
          <Day
            id="transition-earning-until"
            label={say("保留至（含）", "Until (included)")}
            value={earning.until}
            disabled={readOnly}
            write={(day) => write("earning", { ...earning, until: day })}
          />
        </div>
      )}
      <Checkbox
        checked={redeem !== null}
        disabled={readOnly}
        onChange={({ target }) => write("redeem", target.checked ? { units: units.slice(0, 1), until: later } : null)}
      >
        {say("停用的积分仍可兑换一段时间", "Points that end can still be redeemed for a while")}
      </Checkbox>
      {redeem && (
        <div className="pair">
          <div className="field">
            <label htmlFor="transition-units">{say("哪些积分", "Which points")}</label>
            <Select
              id="transition-units"
              mode="multiple"
              value={redeem.units}
              disabled={readOnly}
              onChange={(next: string[]) => next.length > 0 && write("redeem", { ...redeem, units: next })}
              options={items(files, "units").map((unit) => ({
                value: String(unit["id"]),
                label: name(unit["name"] as string | undefined) || String(unit["id"]),
              }))}
              style={{ width: "100%" }}
            />
          </div>
          <Day
            id="transition-redeem-until"
            label={say("可兑换至（含）", "Until (included)")}
            value={redeem.until}
            disabled={readOnly}
            write={(day) => write("redeem", { ...redeem, until: day })}
          />
        </div>
      )}
    </Card>
  );
}

interface DayProps {
  id: string;
  label: string;
  value: string;
  disabled: boolean;
  write: (day: string) => void;
}

function Day({ id, label, value, disabled, write }: DayProps) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <DatePicker
        id={id}
        allowClear={false}
        disabled={disabled}
        value={value ? dayjs(value) : null}
        onChange={(next) => next && write(next.format("YYYY-MM-DD"))}
        style={{ width: "100%" }}
      />
    </div>
  );
}
