import { Button, Descriptions } from "antd";
import { useState } from "react";
import { send } from "../../shared/http.ts";
import { useSay } from "../../shared/language.tsx";
import { useSession } from "../../shared/session.tsx";
import { memberPath, type Member, type Personal } from "./api.ts";
import { ReasonModal } from "../../shared/ReasonModal.tsx";

/** Name, phone, mail, birthday: masked until somebody says why they need to see them. What was read is recorded. */
export function PersonalFields({ member }: { member: Member }) {
  const say = useSay();
  const { can } = useSession();
  const [clear, setClear] = useState<Personal | null>(null);
  const [asking, setAsking] = useState(false);
  const shown: Omit<Personal, "id"> = clear ?? member;
  const none = say("未留", "not given");
  return (
    <>
      <Descriptions
        title={say("个人资料", "Personal data")}
        extra={
          can("personal:read") &&
          (clear ? (
            <Button onClick={() => setClear(null)}>{say("隐藏", "Hide")}</Button>
          ) : (
            <Button onClick={() => setAsking(true)}>{say("查看完整资料", "Show in full")}</Button>
          ))
        }
        column={{ xs: 1, md: 2 }}
        size="small"
        bordered
        items={[
          { key: "name", label: say("姓名", "Name"), children: shown.name ?? none },
          { key: "phone", label: say("手机", "Phone"), children: shown.phone ?? none },
          { key: "email", label: say("邮箱", "Mail"), children: shown.email ?? none },
          {
            key: "birthday",
            label: say("生日", "Birthday"),
            children: shown.birthday ?? (clear ? none : say("未显示", "not shown")),
          },
        ]}
      />
      <ReasonModal<Personal>
        open={asking}
        close={() => setAsking(false)}
        title={say("查看完整个人资料", "Show personal data in full")}
        about={say("谁在何时因何查看，会记入操作记录。", "Who looked, when and why is recorded.")}
        verb={say("查看", "Show")}
        done={say("已记录本次查看", "Recorded")}
        act={async (reason) => ({
          done: true,
          value: await send<Personal>("POST", memberPath(member.id, "/personal"), { body: { reason } }),
        })}
        then={setClear}
        stale={[]}
      />
    </>
  );
}
