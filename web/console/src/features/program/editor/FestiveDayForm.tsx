import { useSay } from "../../../shared/language.tsx";
import { setItem, type Plain } from "../model/bundle.ts";
import { useEditor, type ItemHandle } from "./context.ts";
import { ListField, NameFields, NumberField, SelectField, TextField } from "./fields.tsx";

const WAYS = ["on", "lunar", "dates"] as const;

type Way = (typeof WAYS)[number];

/** What a day begins with when it is fixed another way. */
const USUAL: Record<Way, Plain> = { on: "08-18", lunar: "08-15", dates: ["2027-01-01"] };

/** A day with a name: how it is fixed, and when. */
export function FestiveDayForm({ of }: { of: ItemHandle }) {
  const say = useSay();
  const { edit } = useEditor();
  const way = WAYS.find((known) => of.get([known]) !== undefined) ?? "on";
  const id = String(of.item["id"] ?? "");
  const fix: ItemHandle = {
    ...of,
    get: () => way,
    set: (_, to) => {
      const next = WAYS.find((known) => known === to);
      if (!next || next === way) return;
      // One step: what is taken away and what takes its place are undone together.
      edit(`${of.list}/${of.at}/way`, (before) =>
        setItem(setItem(before, of.list, of.at, [way], undefined), of.list, of.at, [next], USUAL[next]),
      );
    },
  };
  return (
    <>
      <NameFields of={of} path={["name"]} label={say("名称", "Name")} />
      <TextField
        of={of}
        path={["id"]}
        label={say("代号", "Word for it")}
        help={say(
          `规则的期间写作 ${id}，前后 7 天写作 ${id}-7..${id}+7。`,
          `Rules say ${id}, or ${id}-7..${id}+7 for a week before and after.`,
        )}
      />
      <div className="pair">
        <SelectField
          of={fix}
          path={[way]}
          label={say("怎样确定", "Fixed by")}
          options={[
            { value: "on", label: say("每年公历日期", "the calendar, each year") },
            { value: "lunar", label: say("每年农历日期", "the traditional calendar, each year") },
            { value: "dates", label: say("指定日期", "dates of its own") },
          ]}
          clear={false}
        />
        {way === "dates" ? (
          <ListField
            of={of}
            path={["dates"]}
            label={say("日期（如 2027-01-01）", "Dates, such as 2027-01-01")}
            options={[]}
          />
        ) : (
          <TextField of={of} path={[way]} label={say("月-日（如 08-15）", "Month and day, such as 08-15")} />
        )}
        <NumberField
          of={of}
          path={["greet"]}
          label={say("几点问候全体会员（空为不问候）", "Greets every member at this hour (not at all if empty)")}
          precision={0}
          max={23}
        />
      </div>
    </>
  );
}
