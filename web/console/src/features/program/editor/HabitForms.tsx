import { EVENTS, eventWord } from "../../../shared/events.ts";
import { useSay } from "../../../shared/language.tsx";
import type { ItemHandle } from "./context.ts";
import { ListField, NameFields, NumberField, SwitchField } from "./fields.tsx";

function useEvents(): { value: string; label: string }[] {
  const say = useSay();
  return Object.keys(EVENTS).map((value) => ({ value, label: eventWord(value, say) }));
}

/** What counts as days in a row. */
export function StreakForm({ of }: { of: ItemHandle }) {
  const say = useSay();
  const id = String(of.item["id"] ?? "");
  return (
    <>
      <NameFields of={of} path={["name"]} label={say("名称", "Name")} />
      <ListField
        of={of}
        path={["on"]}
        label={say("哪些行为让这一天计入", "What makes a day count")}
        help={say(
          `奖励规则的条件中写作 streak.${id}；按天数给分请在“规则与活动”中用“连续天数阶梯”。`,
          `Conditions of rules call it streak.${id}; what it gives is a rule of its own, by days in a row.`,
        )}
        options={useEvents()}
      />
      <div className="pair">
        <NumberField
          of={of}
          path={["cycle"]}
          label={say("多少天后从头计（空为不重计）", "Begins anew after days (never if empty)")}
          precision={0}
          min={2}
          max={366}
        />
        <SwitchField
          of={of}
          path={["check_in"]}
          label={say("会员可自行签到", "Members may check in themselves")}
          usual={false}
        />
        <NumberField
          of={of}
          path={["remind", "hour"]}
          label={say("中断当晚几点提醒（与下项同时填写）", "Reminds at this hour before it ends (with the next)")}
          precision={0}
          max={23}
        />
        <NumberField
          of={of}
          path={["remind", "from"]}
          label={say("连续几天起提醒", "Reminds of so many days and more")}
          precision={0}
          min={1}
          max={366}
        />
      </div>
    </>
  );
}

/** What is done too often in too short a time. */
export function PatternForm({ of }: { of: ItemHandle }) {
  const say = useSay();
  return (
    <>
      <NameFields of={of} path={["name"]} label={say("名称", "Name")} />
      <ListField
        of={of}
        path={["on"]}
        label={say("哪些行为（合并计数）", "What is counted together")}
        options={useEvents()}
      />
      <div className="pair">
        <NumberField of={of} path={["count"]} label={say("达到几次", "How often")} precision={0} min={2} max={50} />
        <NumberField
          of={of}
          path={["seconds"]}
          label={say("在多少秒内", "Within how many seconds")}
          precision={0}
          min={1}
          max={86_400}
        />
        <NumberField
          of={of}
          path={["freeze_hours"]}
          label={say("冻结多少小时（空为仅记录）", "Freezes for hours (only noted if empty)")}
          help={say("冻结立即通知会员，到时自动解除。", "The member is told at once; it ends by itself.")}
          precision={0}
          min={1}
          max={744}
        />
      </div>
    </>
  );
}
