import {
  AlertOutlined,
  ApiOutlined,
  AuditOutlined,
  BarChartOutlined,
  BarcodeOutlined,
  BellOutlined,
  BookOutlined,
  CalendarOutlined,
  CheckSquareOutlined,
  CrownOutlined,
  CustomerServiceOutlined,
  DashboardOutlined,
  DesktopOutlined,
  FileSearchOutlined,
  FlagOutlined,
  FormOutlined,
  GiftOutlined,
  GlobalOutlined,
  IdcardOutlined,
  InboxOutlined,
  LikeOutlined,
  LogoutOutlined,
  MenuOutlined,
  MessageOutlined,
  MoonOutlined,
  PercentageOutlined,
  SettingOutlined,
  ShareAltOutlined,
  SolutionOutlined,
  StarOutlined,
  SunOutlined,
  TeamOutlined,
  TrophyOutlined,
} from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Badge, Button, Drawer, Dropdown, Layout, Menu, Tag, type MenuProps } from "antd";
import { useEffect, useState, type ReactNode } from "react";
import { useLocation, useNavigate } from "react-router";
import { choose, useSettings, type Settings } from "@jifen/look";
import type { Approval } from "../shared/approval.ts";
import { Confirmation } from "../shared/Confirmation.tsx";
import { get, keepCsrf, send } from "../shared/http.ts";
import { setLanguage, useLanguage, useName, useSay } from "../shared/language.tsx";
import { onceIdle } from "../shared/idle.ts";
import { Online } from "../shared/Online.tsx";
import { prepareProblems } from "../shared/ProblemLater.tsx";
import { useSession } from "../shared/session.tsx";
import { useWide } from "../shared/useWide.ts";

type Group = "people" | "play" | "shelf" | "rules" | "watch" | "house";

interface Place {
  key: string;
  /** The heading it stands under; the first pages have none. */
  group?: Group;
  icon: ReactNode;
  label: [zh: string, en: string];
  /** The right that the page takes; the menu leaves out what the reader may not see. */
  needs?: string;
}

const GROUPS: Record<Group, [zh: string, en: string]> = {
  people: ["会员", "People"],
  play: ["互动", "Engagement"],
  shelf: ["货架", "Shelf"],
  rules: ["方案", "Program"],
  watch: ["风控", "Watch"],
  house: ["管理", "House"],
};

/** Every place of the menu, in the order in which it is shown; those of a group stand together. */
const PLACES: Place[] = [
  { key: "/", icon: <DashboardOutlined />, label: ["总览", "Overview"], needs: "boards:read" },
  { key: "/members", group: "people", icon: <TeamOutlined />, label: ["会员", "Members"], needs: "members:read" },
  {
    key: "/messages",
    group: "people",
    icon: <MessageOutlined />,
    label: ["消息", "Messages"],
    needs: "messages:read",
  },
  {
    key: "/tickets",
    group: "people",
    icon: <CustomerServiceOutlined />,
    label: ["申诉与建议", "Appeals"],
    needs: "tickets:read",
  },
  { key: "/surveys", group: "people", icon: <FormOutlined />, label: ["问卷", "Surveys"], needs: "tickets:read" },
  { key: "/tiers", group: "people", icon: <CrownOutlined />, label: ["等级与权益", "Tiers"], needs: "program:read" },
  {
    key: "/assessments",
    group: "people",
    icon: <SolutionOutlined />,
    label: ["等级评定", "Assessments"],
    needs: "members:read",
  },
  { key: "/tasks", group: "play", icon: <FlagOutlined />, label: ["任务", "Tasks"], needs: "boards:read" },
  {
    key: "/leaderboards",
    group: "play",
    icon: <TrophyOutlined />,
    label: ["排行榜", "Leaderboards"],
    needs: "members:read",
  },
  {
    key: "/referrals",
    group: "play",
    icon: <ShareAltOutlined />,
    label: ["好友推荐", "Referrals"],
    needs: "boards:read",
  },
  {
    key: "/occasions",
    group: "play",
    icon: <StarOutlined />,
    label: ["生日与节日", "Occasions"],
    needs: "program:read",
  },
  { key: "/wake-ups", group: "play", icon: <BellOutlined />, label: ["唤醒计划", "Wake-ups"], needs: "messages:read" },
  { key: "/votes", group: "play", icon: <LikeOutlined />, label: ["投票", "Votes"], needs: "rewards:read" },
  { key: "/rewards", group: "shelf", icon: <GiftOutlined />, label: ["商品", "Rewards"], needs: "rewards:read" },
  {
    key: "/shelf",
    group: "shelf",
    icon: <BarChartOutlined />,
    label: ["货架总览", "Shelf board"],
    needs: "boards:read",
  },
  {
    key: "/price-plans",
    group: "shelf",
    icon: <PercentageOutlined />,
    label: ["调价方案", "Price plans"],
    needs: "rewards:read",
  },
  {
    key: "/bookings",
    group: "shelf",
    icon: <CalendarOutlined />,
    label: ["预约", "Bookings"],
    needs: "redemptions:read",
  },
  {
    key: "/redemptions",
    group: "shelf",
    icon: <InboxOutlined />,
    label: ["兑换", "Redemptions"],
    needs: "redemptions:read",
  },
  { key: "/till", group: "shelf", icon: <BarcodeOutlined />, label: ["收银核销", "Till"], needs: "vouchers:use" },
  { key: "/program", group: "rules", icon: <BookOutlined />, label: ["规则", "Rules"], needs: "program:read" },
  {
    key: "/approvals",
    group: "rules",
    icon: <CheckSquareOutlined />,
    label: ["审批", "Approvals"],
    needs: "approvals:read",
  },
  {
    key: "/reviews",
    group: "watch",
    icon: <FileSearchOutlined />,
    label: ["待审事件", "Events to review"],
    needs: "reviews:read",
  },
  { key: "/abuse", group: "watch", icon: <AlertOutlined />, label: ["异常行为", "Abuse"], needs: "reviews:read" },
  { key: "/audit", group: "house", icon: <AuditOutlined />, label: ["操作记录", "Audit"], needs: "audit:read" },
  {
    key: "/staff",
    group: "house",
    icon: <IdcardOutlined />,
    label: ["员工与角色", "Staff and roles"],
    needs: "staff:read",
  },
  {
    key: "/clients",
    group: "house",
    icon: <ApiOutlined />,
    label: ["接口客户端", "API clients"],
    needs: "clients:read",
  },
  { key: "/settings", group: "house", icon: <SettingOutlined />, label: ["我的设置", "My settings"] },
];

/** What surrounds every page: where one can go, who is signed in, how it looks and speaks. */
export function Shell({ children }: { children: ReactNode }) {
  const say = useSay();
  const name = useName();
  const wide = useWide();
  const { session } = useSession();
  const [open, setOpen] = useState(false);
  useEffect(() => void onceIdle(() => Promise.resolve(prepareProblems())), []);
  return (
    <Layout className="shell">
      <a className="skip" href="#content">
        {say("跳到内容", "Skip to the content")}
      </a>
      {wide ? (
        <Layout.Sider width={200} theme="light">
          <div className="brand">{say("积分", "Jifen")}</div>
          <Places />
        </Layout.Sider>
      ) : (
        <Drawer open={open} onClose={() => setOpen(false)} placement="left" size={260} title={say("积分", "Jifen")}>
          <Places went={() => setOpen(false)} />
        </Drawer>
      )}
      <Layout>
        <header className="shell-head">
          {!wide && (
            <Button
              type="text"
              icon={<MenuOutlined />}
              aria-label={say("菜单", "Menu")}
              onClick={() => setOpen(true)}
            />
          )}
          <span className="grow">{name(session.program.name)}</span>
          {session.sandbox && <Tag color="gold">{say("沙盒", "Sandbox")}</Tag>}
          <Waiting />
          <LanguageButton />
          <AppearanceButton />
          <PersonButton />
        </header>
        <Online />
        <Layout.Content id="content" tabIndex={-1} role="main">
          {children}
        </Layout.Content>
      </Layout>
      <Confirmation />
    </Layout>
  );
}

function Places({ went }: { went?: () => void }) {
  const say = useSay();
  const { can } = useSession();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const here = `/${pathname.split("/")[1] ?? ""}`;
  const shown = PLACES.filter((place) => !place.needs || can(place.needs));
  const entries = (group?: Group) =>
    shown
      .filter((place) => place.group === group)
      .map((place) => ({ key: place.key, icon: place.icon, label: say(...place.label) }));
  const items: MenuProps["items"] = [
    ...entries(),
    ...(Object.keys(GROUPS) as Group[])
      .map((group) => ({ type: "group" as const, label: say(...GROUPS[group]), children: entries(group) }))
      .filter(({ children }) => children.length > 0),
  ];
  return (
    <nav aria-label={say("主菜单", "Main menu")}>
      <Menu
        mode="inline"
        items={items}
        selectedKeys={[here]}
        style={{ borderInlineEnd: 0 }}
        onClick={({ key }) => {
          void navigate(key);
          went?.();
        }}
      />
    </nav>
  );
}

/** How many requests wait for the reader. */
function Waiting() {
  const say = useSay();
  const { can } = useSession();
  const navigate = useNavigate();
  const waiting = useQuery({
    queryKey: ["approvals", "waiting"],
    queryFn: () => get<{ data: Approval[] }>("/v1/approvals", { query: { state: "waiting" } }),
    enabled: can("approvals:read"),
    refetchInterval: 15_000,
  });
  if (!can("approvals:read")) return null;
  const count = waiting.data?.data.filter((approval) => approval.may_decide).length ?? 0;
  return (
    <Badge count={count} size="small">
      <Button
        type="text"
        icon={<CheckSquareOutlined />}
        aria-label={say(`待您审批 ${count} 项`, `${count} waiting for you`)}
        onClick={() => void navigate("/approvals")}
      />
    </Badge>
  );
}

function LanguageButton() {
  const language = useLanguage();
  return (
    <Button
      type="text"
      icon={<GlobalOutlined />}
      onClick={() => setLanguage(language === "zh" ? "en" : "zh")}
      lang={language === "zh" ? "en" : "zh-CN"}
    >
      {language === "zh" ? "EN" : "中文"}
    </Button>
  );
}

function AppearanceButton() {
  const say = useSay();
  const { theme } = useSettings();
  const icons: Record<Settings["theme"], ReactNode> = {
    system: <DesktopOutlined />,
    light: <SunOutlined />,
    dark: <MoonOutlined />,
  };
  const items = [
    { key: "system", icon: icons.system, label: say("跟随系统", "As the system") },
    { key: "light", icon: icons.light, label: say("浅色", "Light") },
    { key: "dark", icon: icons.dark, label: say("深色", "Dark") },
  ];
  return (
    <Dropdown
      trigger={["click"]}
      menu={{ items, selectedKeys: [theme], onClick: ({ key }) => choose({ theme: key as Settings["theme"] }) }}
    >
      <Button type="text" icon={icons[theme]} aria-label={say("外观", "Appearance")} />
    </Dropdown>
  );
}

function PersonButton() {
  const say = useSay();
  const name = useName();
  const wide = useWide();
  const { session, renew } = useSession();
  const navigate = useNavigate();
  const leave = async () => {
    // Whatever the server says, this browser forgets the session.
    await send("POST", "/v1/sign-out").catch(() => undefined);
    keepCsrf(null);
    renew(null);
  };
  const items: MenuProps["items"] = [
    ...session.roles.map((role) => ({
      key: `role-${role.id}-${role.place?.id ?? ""}`,
      disabled: true,
      label: role.place ? `${name(role.name)} · ${name(role.place.name)}` : name(role.name),
    })),
    { type: "divider" },
    { key: "settings", icon: <SettingOutlined />, label: say("我的设置", "My settings") },
    { key: "leave", icon: <LogoutOutlined />, label: say("退出登录", "Sign out") },
  ];
  return (
    <Dropdown
      trigger={["click"]}
      menu={{ items, onClick: ({ key }) => void (key === "leave" ? leave() : navigate("/settings")) }}
    >
      <Button
        type="text"
        icon={<IdcardOutlined />}
        aria-label={say(`账户：${session.name}`, `Account: ${session.name}`)}
      >
        {wide ? session.name : null}
      </Button>
    </Dropdown>
  );
}
