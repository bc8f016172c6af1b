import { Alert, Breadcrumb, Descriptions, Tabs, Tag } from "antd";
import { Link, useParams } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { useNames } from "../../shared/program.ts";
import { useSession } from "../../shared/session.tsx";
import { Actions } from "./Actions.tsx";
import { useMember, type Member } from "./api.ts";
import { History } from "./History.tsx";
import { PersonalFields } from "./PersonalFields.tsx";
import { Redeemed } from "./Redeemed.tsx";
import { TierView } from "./TierView.tsx";
import { WalletView } from "./WalletView.tsx";

/** One member: wallet, history with reasons, profile, and what may be done. */
export default function MemberPage() {
  const say = useSay();
  const { can } = useSession();
  const { id = "" } = useParams();
  const member = useMember(id);
  const [{ tab }, go] = useAddress(["tab", "page"]);
  return (
    <>
      <Breadcrumb
        style={{ padding: "16px 24px 0" }}
        items={[{ title: <Link to="/members">{say("会员", "Members")}</Link> }, { title: id }]}
      />
      <Page
        title={say(`会员 ${id}`, `Member ${id}`)}
        needs="members:read"
        actions={member.data && <Actions member={member.data} />}
      >
        <Answer query={member}>
          {(found) => (
            <>
              <States member={found} />
              <Tabs
                activeKey={tab || "wallet"}
                onChange={(key) => go({ tab: key === "wallet" ? null : key, page: null })}
                destroyOnHidden
                items={[
                  { key: "wallet", label: say("积分", "Points"), children: <WalletView id={id} /> },
                  { key: "history", label: say("明细", "History"), children: <History id={id} /> },
                  { key: "tier", label: say("等级", "Tier"), children: <TierView id={id} /> },
                  ...(can("redemptions:read")
                    ? [{ key: "redemptions", label: say("兑换", "Redemptions"), children: <Redeemed id={id} /> }]
                    : []),
                  { key: "profile", label: say("资料", "Profile"), children: <Profile member={found} /> },
                ]}
              />
            </>
          )}
        </Answer>
      </Page>
    </>
  );
}

function States({ member }: { member: Member }) {
  const say = useSay();
  const names = useNames();
  const format = useFormat();
  const { frozen, frozen_until, in_debt } = member.states;
  return (
    <>
      <p>
        <Tag color="green">{names.tier(member.tier)}</Tag>
        {in_debt && <Tag color="orange">{say("欠分", "In debt")}</Tag>}
        {member.tags?.map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
      </p>
      {frozen && (
        <Alert
          type="warning"
          showIcon
          style={{ marginBottom: 12 }}
          title={say("积分已冻结：可以获得，不能使用。", "Frozen: points can be earned, not spent.")}
          description={
            frozen_until
              ? say(
                  `到 ${format.instant(frozen_until)} 自动解冻。`,
                  `Ends by itself on ${format.instant(frozen_until)}.`,
                )
              : say("须由员工解冻。", "A colleague has to end it.")
          }
        />
      )}
    </>
  );
}

function Profile({ member }: { member: Member }) {
  const say = useSay();
  const format = useFormat();
  const { statistics } = member;
  return (
    <div className="grid">
      <PersonalFields member={member} />
      <Descriptions
        title={say("概况", "Summary")}
        column={{ xs: 1, md: 2 }}
        size="small"
        bordered
        items={[
          { key: "joined", label: say("入会", "Joined"), children: <Instant at={member.joined_at} /> },
          {
            key: "active",
            label: say("最近活跃", "Last active"),
            children: statistics.last_active_at ? <Instant at={statistics.last_active_at} /> : say("无", "none"),
          },
          { key: "orders", label: say("订单数", "Orders"), children: format.number(statistics.orders) },
          { key: "spent", label: say("累计消费", "Paid in all"), children: format.money(statistics.spent) },
          { key: "referrer", label: say("推荐人", "Referred by"), children: member.referrer ?? say("无", "none") },
        ]}
      />
    </div>
  );
}
