import { DatePicker, Dropdown, Button, Input, type MenuProps } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { change } from "../../shared/http.ts";
import { useSay } from "../../shared/language.tsx";
import { useProgramInForce } from "../../shared/program.ts";
import { useSession } from "../../shared/session.tsx";
import { Adjust } from "./Adjust.tsx";
import { memberPath, useWallet, type Member } from "./api.ts";
import { ReasonModal } from "../../shared/ReasonModal.tsx";
import { endOfDay } from "../../shared/zoned.ts";

type Doing = "adjust" | "freeze" | "unfreeze" | "clear" | "erase" | null;

/** What may be done with a member, by what the reader's role allows. */
export function Actions({ member }: { member: Member }) {
  const say = useSay();
  const { can } = useSession();
  const [doing, setDoing] = useState<Doing>(null);
  const close = () => setDoing(null);
  const more: MenuProps["items"] = [
    ...(can("wallets:freeze")
      ? [
          member.states.frozen
            ? { key: "unfreeze", label: say("解冻", "End the freeze") }
            : { key: "freeze", label: say("冻结", "Freeze") },
        ]
      : []),
    ...(can("points:clear") ? [{ key: "clear", danger: true, label: say("清零积分", "Clear points") }] : []),
    ...(can("personal:erase") ? [{ key: "erase", danger: true, label: say("抹除个人资料", "Erase the person") }] : []),
  ];
  return (
    <>
      {can("points:adjust") && (
        <Button type="primary" onClick={() => setDoing("adjust")}>
          {say("调整积分", "Adjust points")}
        </Button>
      )}
      {more.length > 0 && (
        <Dropdown trigger={["click"]} menu={{ items: more, onClick: ({ key }) => setDoing(key as Doing) }}>
          <Button>{say("更多操作", "More")}</Button>
        </Dropdown>
      )}
      <Adjust member={member} open={doing === "adjust"} close={close} />
      <Freeze member={member} open={doing === "freeze"} close={close} />
      <Unfreeze member={member} open={doing === "unfreeze"} close={close} />
      <Clear member={member} open={doing === "clear"} close={close} />
      <Erase member={member} open={doing === "erase"} close={close} />
    </>
  );
}

interface Doable {
  member: Member;
  open: boolean;
  close: () => void;
}

function Freeze({ member, open, close }: Doable) {
  const say = useSay();
  const { session } = useSession();
  const [until, setUntil] = useState<Dayjs | null>(null);
  const body = (reason: string) => ({
    reason,
    ...(until ? { until: endOfDay(until.format("YYYY-MM-DD"), session.program.zone) } : {}),
  });
  return (
    <ReasonModal
      open={open}
      close={close}
      danger
      title={say(`冻结会员 ${member.id}`, `Freeze member ${member.id}`)}
      about={say("冻结后仍可获得积分，但不能使用。", "Points can still be earned, but not spent.")}
      verb={say("冻结", "Freeze")}
      done={say("已冻结", "Frozen")}
      act={(reason) => change("POST", memberPath(member.id, "/freeze"), { body: body(reason) })}
      stale={[["members"]]}
    >
      <p>
        <label htmlFor="freeze-until">{say("冻结到哪天为止（可不填）", "Through which day (optional)")}</label>
      </p>
      <DatePicker id="freeze-until" value={until} onChange={setUntil} style={{ marginBottom: 12 }} />
    </ReasonModal>
  );
}

function Unfreeze({ member, open, close }: Doable) {
  const say = useSay();
  return (
    <ReasonModal
      open={open}
      close={close}
      title={say(`解冻会员 ${member.id}`, `End the freeze of member ${member.id}`)}
      about={say("解冻后可以立即使用积分。", "Points can be spent at once.")}
      verb={say("解冻", "End it")}
      done={say("已解冻", "The freeze has ended")}
      act={(reason) => change("POST", memberPath(member.id, "/unfreeze"), { body: { reason } })}
      stale={[["members"]]}
    />
  );
}

function Clear({ member, open, close }: Doable) {
  const say = useSay();
  const wallet = useWallet(member.id);
  const program = useProgramInForce();
  const unit = program.data?.units[0]?.id ?? "";
  const held = wallet.data?.units.find((item) => item.unit === unit)?.available ?? 0;
  return (
    <ReasonModal
      open={open}
      close={close}
      danger
      title={say(`清零会员 ${member.id} 的积分`, `Clear the points of member ${member.id}`)}
      about={say(
        `将收回 1 位会员的 ${held} 分，不能撤销。`,
        `Takes ${held} points from 1 member; it cannot be undone.`,
      )}
      verb={say("清零", "Clear")}
      done={say("已清零", "Cleared")}
      act={(reason) => change("POST", memberPath(member.id, "/clear"), { body: { unit, reason } })}
      stale={[["members"]]}
    />
  );
}

function Erase({ member, open, close }: Doable) {
  const say = useSay();
  const [typed, setTyped] = useState("");
  return (
    <ReasonModal
      open={open}
      close={() => {
        setTyped("");
        close();
      }}
      danger
      title={say(`抹除会员 ${member.id} 的个人资料`, `Erase the person behind member ${member.id}`)}
      about={say(
        "姓名、手机、邮箱、生日将永远无法读出；积分流水以编号保留。",
        "Name, phone, mail and birthday can never be read again; the movements of points stay under the number.",
      )}
      verb={say("抹除", "Erase")}
      done={say("已抹除", "Erased")}
      act={(reason) => {
        if (typed.trim() !== member.id) {
          return Promise.reject(new Error(say("请先输入会员编号确认。", "Type the member's number first.")));
        }
        return change("POST", memberPath(member.id, "/erase"), { body: { reason } });
      }}
      stale={[["members"]]}
    >
      <p>
        <label htmlFor="erase-id">{say(`输入 ${member.id} 以确认`, `Type ${member.id} to confirm`)}</label>
      </p>
      <Input
        id="erase-id"
        value={typed}
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
        style={{ marginBottom: 12 }}
      />
    </ReasonModal>
  );
}
