import { Button, Modal, Select, Space } from "antd";
import { useState } from "react";
import { useFormat } from "../../shared/format.ts";
import { useActionKey } from "../../shared/key.ts";
import { useSay } from "../../shared/language.tsx";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useSession } from "../../shared/session.tsx";
import { changeBooking, type Booking, type BookingStep, type Slot } from "../../shared/slots.ts";
import { useChange } from "../../shared/useChange.tsx";

type Asked = "move" | "cancel" | "done" | "missed";

/** What a desk does with a booking: move it, give it up, say that it was had or that nobody came. */
export function BookingActions({ booking, slots }: { booking: Booking; slots: Slot[] }) {
  const say = useSay();
  const { can } = useSession();
  const [asked, setAsked] = useState<Asked | null>(null);
  if (booking.state !== "booked") return <>–</>;
  return (
    <Space size={0} wrap>
      {can("vouchers:use") && (
        <>
          <Button type="link" size="small" onClick={() => setAsked("done")}>
            {say("完成", "Done")}
          </Button>
          <Button type="link" size="small" onClick={() => setAsked("missed")}>
            {say("未到", "Missed")}
          </Button>
        </>
      )}
      {can("redemptions:write") && (
        <>
          <Button type="link" size="small" onClick={() => setAsked("move")}>
            {say("改约", "Move")}
          </Button>
          <Button type="link" size="small" onClick={() => setAsked("cancel")}>
            {say("取消", "Give up")}
          </Button>
        </>
      )}
      {asked && <Ask booking={booking} slots={slots} asked={asked} close={() => setAsked(null)} />}
    </Space>
  );
}

interface AskProps {
  booking: Booking;
  slots: Slot[];
  asked: Asked;
  close: () => void;
}

function Ask({ booking, slots, asked, close }: AskProps) {
  const say = useSay();
  const format = useFormat();
  const [slot, setSlot] = useState<string | null>(null);
  const [key, nextKey] = useActionKey();
  const { run, busy, problem } = useChange<BookingStep, Booking>({
    act: async (step) => ({ done: true, value: await changeBooking(booking.redemption, step, key) }),
    stale: [["bookings"], ["slots"], ["redemptions"]],
    done: say("已记录", "It is noted"),
    settled: close,
  });
  const words: Record<Asked, { title: string; about: string; step: BookingStep | null }> = {
    move: {
      title: say("改约", "Another time"),
      about: say("原时段释放给其他会员。", "The first time is free for others."),
      step: slot ? { verb: "", body: { slot } } : null,
    },
    cancel: {
      title: say("取消预约", "Give the time up"),
      about: say("兑换仍然有效，会员可重新预约。", "The redemption stays good; the member can book again."),
      step: { verb: "/cancel", body: {} },
    },
    done: {
      title: say("服务已完成", "The service was given"),
      about: say("券码随之核销，不能撤销。", "Its vouchers are used with it; this cannot be undone."),
      step: { verb: "/end", body: { missed: false } },
    },
    missed: {
      title: say("会员未到", "Nobody came"),
      about: say("券码有效期内会员可重新预约。", "The member may book again while the voucher is valid."),
      step: { verb: "/end", body: { missed: true } },
    },
  };
  const { title, about, step } = words[asked];
  const free = slots.filter((one) => one.id !== booking.slot && one.free >= booking.places);
  return (
    <Modal
      open
      title={title}
      okText={say("确定", "Confirm")}
      cancelText={say("返回", "Back")}
      okButtonProps={{ loading: busy, disabled: step === null, danger: asked === "cancel" }}
      onOk={() => step && run(step)}
      onCancel={close}
    >
      <p>
        {booking.member} · {format.instant(booking.from)}
      </p>
      <p className="quiet">{about}</p>
      {asked === "move" && (
        <Select
          aria-label={say("改到", "To")}
          placeholder={free.length > 0 ? say("选择时段", "Choose a time") : say("没有空余时段", "No time is free")}
          value={slot}
          onChange={(value: string) => {
            nextKey();
            setSlot(value);
          }}
          options={free.map((one) => ({
            value: one.id,
            label: `${format.instant(one.from)}${one.resource ? ` · ${one.resource}` : ""}`,
          }))}
          style={{ width: "100%" }}
        />
      )}
      {problem && <ProblemView problem={problem} />}
    </Modal>
  );
}
