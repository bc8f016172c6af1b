import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { EVENTS, eventWord } from "../../../shared/events.ts";
import { useSay } from "../../../shared/language.tsx";
import type { Path, Plain } from "../model/bundle.ts";
import type { ItemHandle } from "./context.ts";
import { DayField, ListField, NameFields, NumberField, SelectField, SwitchField, TextField } from "./fields.tsx";
import { useOptionsOf } from "./useOptionsOf.ts";

const KINDS = ["daily", "weekly", "growth", "challenge", "newcomer", "offer", "upgrade", "pack", "badge"] as const;
type Span = "day" | "week" | "month" | "quarter" | "year" | "ever" | "rolling_days" | "days_since_joining";

/** A task: for whom, within which time, what is to be done, and what it gives. */
export function TaskForm({ of }: { of: ItemHandle }) {
  const say = useSay();
  const tiers = useOptionsOf("tiers");
  const kinds: Record<(typeof KINDS)[number], string> = {
    daily: say("每日任务", "Daily"),
    weekly: say("每周任务", "Weekly"),
    growth: say("成长任务", "Growth"),
    challenge: say("挑战", "Challenge"),
    newcomer: say("新人任务", "Newcomers"),
    offer: say("定向任务", "Offer"),
    upgrade: say("升级与保级", "For the tier"),
    pack: say("礼包", "Pack"),
    badge: say("徽章条件", "For a badge"),
  };
  return (
    <>
      <NameFields of={of} path={["name"]} label={say("名称", "Name")} />
      <NameFields of={of} path={["about"]} label={say("说明（可不填）", "What is to be done (optional)")} />
      <div className="pair">
        <SelectField
          of={of}
          path={["kind"]}
          label={say("放在哪里", "Where it is shown")}
          options={KINDS.map((value) => ({ value, label: kinds[value] }))}
          clear={false}
        />
        <Within of={of} />
        <NumberField
          of={of}
          path={["times"]}
          label={say("每期可完成几次", "Times in one period")}
          precision={0}
          min={1}
        />
      </div>
      <div className="pair">
        <DayField of={of} path={["from"]} label={say("开始", "From")} />
        <DayField of={of} path={["until"]} label={say("结束（含当天）", "Through")} />
      </div>
      <div className="pair">
        <ListField of={of} path={["tiers"]} label={say("限等级（空为全部）", "Tiers (all if empty)")} options={tiers} />
        <ListField of={of} path={["members"]} label={say("限会员标签", "Only members with these tags")} options={[]} />
      </div>
      <Steps of={of} />
      <Awards of={of} path={["award"]} />
      <div className="pair">
        <SwitchField of={of} path={["enabled"]} label={say("启用", "In use")} usual />
        <SwitchField of={of} path={["ordered"]} label={say("按顺序完成", "One step after the other")} usual={false} />
      </div>
    </>
  );
}

/** Within which time a task is to be done: a period of the calendar, or so many days. */
function Within({ of }: { of: ItemHandle }) {
  const say = useSay();
  const raw = of.get(["within"]);
  const days = (["rolling_days", "days_since_joining"] as const).find((key) => has(raw, key));
  const words: Record<Span, string> = {
    day: say("每天", "each day"),
    week: say("每周", "each week"),
    month: say("每月", "each month"),
    quarter: say("每季度", "each quarter"),
    year: say("每年", "each year"),
    ever: say("长期，一次", "once, at any time"),
    rolling_days: say("任意连续若干天", "any so many days"),
    days_since_joining: say("入会后若干天", "so many days after joining"),
  };
  const bound: ItemHandle = {
    ...of,
    get: () => days ?? raw,
    set: (path, value) =>
      of.set(path, value === "rolling_days" || value === "days_since_joining" ? { [value]: 30 } : value),
  };
  return (
    <>
      <SelectField
        of={bound}
        path={["within"]}
        label={say("期限", "Within")}
        options={Object.entries(words).map(([value, label]) => ({ value, label }))}
        clear={false}
      />
      {days && <NumberField of={of} path={["within", days]} label={say("天数", "Days")} precision={0} min={1} />}
    </>
  );
}

function has(value: Plain | undefined, key: string): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && key in value;
}

function Steps({ of }: { of: ItemHandle }) {
  const say = useSay();
  const raw = of.get(["steps"]);
  const steps = Array.isArray(raw) ? raw : [];
  const write = (next: Plain[]) => of.set(["steps"], next);
  return (
    <>
      <h2 className="sub">{say("要做什么", "What is to be done")}</h2>
      {steps.map((step, at) => (
        <div key={at} className="form-row">
          <Step of={of} at={at} step={step} />
          {!of.readOnly && steps.length > 1 && (
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={say(`删除第 ${at + 1} 步`, `Remove step ${at + 1}`)}
              onClick={() => write(steps.filter((_, other) => other !== at))}
            />
          )}
        </div>
      ))}
      {!of.readOnly && (
        <Button
          size="small"
          icon={<PlusOutlined />}
          onClick={() =>
            write([
              ...steps,
              { id: `step-${steps.length + 1}`, name: { zh: "新步骤", en: "new step" }, on: "order.paid", times: 1 },
            ])
          }
        >
          {say("添加步骤", "Add a step")}
        </Button>
      )}
    </>
  );
}

function Step({ of, at, step }: { of: ItemHandle; at: number; step: Plain }) {
  const say = useSay();
  const here = (key: string): Path => ["steps", at, key];
  const known = Object.keys(EVENTS);
  const on = of.get(here("on"));
  // A type that only this program knows stays what it is.
  const types = typeof on === "string" && !known.includes(on) ? [...known, on] : known;
  const goal = (["times", "in_a_row", "reach"] as const).find((key) => has(step, key));
  const labels = {
    times: say("次数", "Times"),
    in_a_row: say("连续天数", "Days in a row"),
    reach: say("累计达到", "Reaching"),
  };
  return (
    <div>
      <NameFields of={of} path={here("name")} label={say("步骤", "Step")} />
      <div className="pair">
        {!has(step, "task") && !Array.isArray(on) && (
          <SelectField
            of={of}
            path={here("on")}
            label={say("什么时候算", "What counts")}
            options={types.map((value) => ({ value, label: eventWord(value, say) }))}
            clear={false}
          />
        )}
        {goal && typeof of.get(here(goal)) === "string" && <TextField of={of} path={here(goal)} label={labels[goal]} />}
        {goal && typeof of.get(here(goal)) !== "string" && (
          <NumberField of={of} path={here(goal)} label={labels[goal]} precision={0} min={1} />
        )}
      </div>
      <TextField of={of} path={here("when")} label={say("条件（CEL，可不填）", "Condition (CEL, optional)")} />
    </div>
  );
}

/** What is given: points of each award that gives some; what else there is stands in the text below. */
function Awards({ of, path }: { of: ItemHandle; path: Path }) {
  const say = useSay();
  const badges = useOptionsOf("badges");
  const gifts = useOptionsOf("gifts");
  const raw = of.get(path);
  const list = Array.isArray(raw) ? raw.map((award, at) => ({ award, path: [...path, at] })) : [{ award: raw, path }];
  return (
    <>
      <h2 className="sub">{say("奖励", "What it gives")}</h2>
      <div className="pair">
        {list.map(({ award, path: here }) => {
          if (has(award, "points")) {
            return (
              <NumberField
                key={here.join()}
                of={of}
                path={[...here, "points"]}
                label={say("积分", "Points")}
                precision={0}
                min={1}
              />
            );
          }
          if (has(award, "badge")) {
            return (
              <SelectField
                key={here.join()}
                of={of}
                path={[...here, "badge"]}
                label={say("徽章", "Badge")}
                options={badges}
                clear={false}
              />
            );
          }
          if (has(award, "gift")) {
            return (
              <SelectField
                key={here.join()}
                of={of}
                path={[...here, "gift"]}
                label={say("赠礼", "Gift")}
                options={gifts}
                clear={false}
              />
            );
          }
          if (has(award, "tier")) {
            return (
              <SelectField
                key={here.join()}
                of={of}
                path={[...here, "tier"]}
                label={say("等级", "Tier")}
                options={[
                  { value: "keep", label: say("保级一次", "kept once") },
                  { value: "upgrade", label: say("升级一次", "one higher once") },
                ]}
                clear={false}
              />
            );
          }
          return null;
        })}
      </div>
    </>
  );
}

/** A badge, a title or a frame. */
export function BadgeForm({ of }: { of: ItemHandle }) {
  const say = useSay();
  return (
    <>
      <NameFields of={of} path={["name"]} label={say("名称", "Name")} />
      <NameFields of={of} path={["about"]} label={say("怎样获得", "What it is for")} />
      <div className="pair">
        <SelectField
          of={of}
          path={["kind"]}
          label={say("类型", "Kind")}
          options={[
            { value: "badge", label: say("徽章", "Badge") },
            { value: "title", label: say("称号", "Title") },
            { value: "frame", label: say("头像框", "Frame") },
          ]}
        />
        <NumberField
          of={of}
          path={["days"]}
          label={say("有效天数（空为永久）", "Days (for ever if empty)")}
          precision={0}
          min={1}
        />
        <TextField of={of} path={["image"]} label={say("图片地址", "Address of a picture")} />
      </div>
      <NameFields of={of} path={["riddle"]} label={say("谜面（填写即隐藏）", "A riddle (hides it)")} />
    </>
  );
}

/** A reward of the shelf that rules and tasks give. */
export function GiftForm({ of }: { of: ItemHandle }) {
  const say = useSay();
  return (
    <>
      <NameFields of={of} path={["name"]} label={say("名称", "Name")} />
      <div className="pair">
        <TextField of={of} path={["reward"]} label={say("货架上的权益编号", "The reward's identifier on the shelf")} />
        <NumberField
          of={of}
          path={["days"]}
          label={say("有效天数（空为券的通用期限）", "Days (as other vouchers if empty)")}
          precision={0}
          min={1}
        />
      </div>
    </>
  );
}

/** A leaderboard. */
export function BoardForm({ of }: { of: ItemHandle }) {
  const say = useSay();
  const units = useOptionsOf("units");
  const by = (["earned", "spent"] as const).find((key) => of.get([key]) !== undefined);
  const raw = of.get(["prizes"]);
  const prizes = Array.isArray(raw) ? raw : [];
  const periods = {
    day: say("日", "Day"),
    week: say("周", "Week"),
    month: say("月", "Month"),
    season: say("季", "Season"),
  };
  return (
    <>
      <NameFields of={of} path={["name"]} label={say("名称", "Name")} />
      <div className="pair">
        {by && (
          <SelectField
            of={of}
            path={[by]}
            label={by === "earned" ? say("按获取的积分", "By points earned") : say("按使用的积分", "By points spent")}
            options={units}
            clear={false}
          />
        )}
        <SelectField
          of={of}
          path={["period"]}
          label={say("周期", "Period")}
          options={Object.entries(periods).map(([value, label]) => ({ value, label }))}
          clear={false}
        />
        <NumberField of={of} path={["top"]} label={say("公开前几名", "Places everybody sees")} precision={0} min={1} />
      </div>
      {prizes.map((_, at) => (
        <div key={at} className="form-row">
          <div>
            <div className="pair">
              <NumberField
                of={of}
                path={["prizes", at, "from"]}
                label={say("从第几名", "From place")}
                precision={0}
                min={1}
              />
              <NumberField
                of={of}
                path={["prizes", at, "to"]}
                label={say("到第几名", "To place")}
                precision={0}
                min={1}
              />
            </div>
            <Awards of={of} path={["prizes", at, "award"]} />
          </div>
        </div>
      ))}
      <SwitchField of={of} path={["enabled"]} label={say("启用", "In use")} usual />
    </>
  );
}
