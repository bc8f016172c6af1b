import { Alert, DatePicker, Form, Input, InputNumber, Select } from "antd";
import type { Dayjs } from "dayjs";
import { FormModal } from "../../shared/FormModal.tsx";
import { useActionKey } from "../../shared/key.ts";
import { useSay } from "../../shared/language.tsx";
import { useProgram } from "../../shared/session.tsx";
import { setSlots, type NewSlot, type Slot } from "../../shared/slots.ts";
import { useChange } from "../../shared/useChange.tsx";
import { planned, SLOTS_MAX, type Plan } from "./plan.ts";

interface Fields extends Omit<Plan, "from" | "until"> {
  days: [Dayjs, Dayjs];
}

interface Props {
  reward: string;
  /** Times that are there already. */
  taken: string[];
  close: () => void;
}

/** Adds times: which days of the week, from when to when, how long each, how many places. */
export function AddSlots({ reward, taken, close }: Props) {
  const say = useSay();
  const { zone } = useProgram();
  const [form] = Form.useForm<Fields>();
  const fields = Form.useWatch([], form) as Partial<Fields> | undefined;
  const [key, nextKey] = useActionKey();
  const slots = fields ? slotsOf(fields, zone, taken) : [];
  const { run, busy, problem } = useChange<NewSlot[], Slot[]>({
    act: async (wanted) => ({ done: true, value: await setSlots(reward, wanted, key) }),
    stale: [["slots"], ["bookings"]],
    done: say("时段已添加", "The times are there"),
    settled: close,
  });
  const needed = { required: true, message: say("请填写", "Please fill this in") };
  const week = [
    say("周一", "Mon"),
    say("周二", "Tue"),
    say("周三", "Wed"),
    say("周四", "Thu"),
    say("周五", "Fri"),
    say("周六", "Sat"),
    say("周日", "Sun"),
  ];
  const hours = Array.from({ length: 25 }, (_, hour) => ({
    value: hour,
    label: `${String(hour).padStart(2, "0")}:00`,
  }));
  const tooMany = slots.length > SLOTS_MAX;
  return (
    <FormModal
      title={say("添加时段", "Add times")}
      verb={say(`添加 ${slots.length} 个时段`, `Add ${slots.length} times`)}
      form={form}
      initial={{ weekdays: [1, 2, 3, 4, 5], begin: 10, end: 18, minutes: 60, places: 1, resource: "" }}
      busy={busy}
      disabled={slots.length === 0 || tooMany}
      problem={problem}
      changed={nextKey}
      submit={() => run(slots)}
      close={close}
    >
      <Form.Item name="days" label={say("哪些天（含首尾）", "First and last day")} rules={[needed]}>
        <DatePicker.RangePicker style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item name="weekdays" label={say("星期", "Days of the week")} rules={[needed]}>
        <Select mode="multiple" options={week.map((label, at) => ({ value: at + 1, label }))} />
      </Form.Item>
      <div className="pair">
        <Form.Item name="begin" label={say("每天从", "From")} rules={[needed]}>
          <Select options={hours.slice(0, -1)} />
        </Form.Item>
        <Form.Item name="end" label={say("到", "To")} rules={[needed]}>
          <Select options={hours.slice(1)} />
        </Form.Item>
        <Form.Item name="minutes" label={say("每次多少分钟", "Minutes each")} rules={[needed]}>
          <InputNumber min={5} max={1440} precision={0} style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="places" label={say("每次名额", "Places each")} rules={[needed]}>
          <InputNumber min={1} max={1_000_000} precision={0} style={{ width: "100%" }} />
        </Form.Item>
      </div>
      <Form.Item
        name="resource"
        label={say("由谁或在哪里（可不填）", "Who or where (optional)")}
        rules={[
          {
            pattern: /^[A-Za-z0-9._:-]{0,64}$/,
            message: say("至多 64 个字母、数字或 . _ : -", "Up to 64 letters, digits or . _ : -"),
          },
        ]}
      >
        <Input maxLength={64} placeholder="coach-li" />
      </Form.Item>
      {tooMany && (
        <Alert
          type="warning"
          title={say(`一次最多 ${SLOTS_MAX} 个，请缩短日期。`, `At most ${SLOTS_MAX} at once: choose fewer days.`)}
        />
      )}
    </FormModal>
  );
}

function slotsOf(fields: Partial<Fields>, zone: string, taken: string[]): NewSlot[] {
  const { days, weekdays = [], begin, end, minutes, places, resource = "" } = fields;
  if (!days?.[0] || !days[1] || begin == null || end == null || !minutes || !places) return [];
  const [from, until] = [days[0].format("YYYY-MM-DD"), days[1].format("YYYY-MM-DD")];
  return planned({ from, until, weekdays, begin, end, minutes, places, resource }, zone, taken);
}
