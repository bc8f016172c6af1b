import { Alert, Button, Tabs, Tag, Table, Typography, type TableProps } from "antd";
import { useState } from "react";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { usePlaces } from "../../shared/places.ts";
import { useSession } from "../../shared/session.tsx";
import { useRoles } from "../../shared/WhoCan.tsx";
import { useStaff, type StaffMember } from "./api.ts";
import { Roles } from "./Roles.tsx";
import { StaffDrawer } from "./StaffDrawer.tsx";

/** Who works here, what they may do, and where. */
export default function Staff() {
  const say = useSay();
  const [{ tab }, go] = useAddress(["tab"]);
  return (
    <Page title={say("员工与角色", "Staff and roles")} needs="staff:read">
      <Tabs
        activeKey={tab || "staff"}
        onChange={(key) => go({ tab: key === "staff" ? null : key })}
        items={[
          { key: "staff", label: say("员工", "Staff"), children: <People /> },
          { key: "roles", label: say("角色", "Roles"), children: <Roles /> },
        ]}
      />
    </Page>
  );
}

function People() {
  const say = useSay();
  const name = useName();
  const { can } = useSession();
  const [{ open }, go] = useAddress(["open"]);
  const staff = useStaff(can("staff:read"));
  const roles = useRoles().data?.data ?? [];
  const places = usePlaces().data?.data ?? [];
  const [password, setPassword] = useState<{ login: string; password: string } | null>(null);
  const columns: TableProps<StaffMember>["columns"] = [
    {
      title: say("姓名", "Name"),
      key: "name",
      render: (_, person) => (
        <Button type="link" className="cell-link" onClick={() => go({ open: person.id })}>
          {person.name}
        </Button>
      ),
    },
    { title: say("登录名", "Login"), key: "login", render: (_, person) => person.login ?? person.id },
    {
      title: say("角色", "Roles"),
      key: "roles",
      render: (_, person) =>
        person.roles.map(({ role, place }) => (
          <Tag key={role + (place ?? "")}>
            {name(roles.find((item) => item.id === role)?.name) || role}
            {place && ` · ${name(places.find((item) => item.id === place)?.name) || place}`}
          </Tag>
        )),
    },
    { title: say("邮箱", "Mail"), dataIndex: "email", key: "email", responsive: ["lg"] },
    {
      title: say("状态", "State"),
      key: "state",
      render: (_, person) =>
        person.active ? <Tag color="green">{say("在用", "Active")}</Tag> : <Tag>{say("已停用", "Stopped")}</Tag>,
    },
  ];
  const add = can("staff:write") && (
    <Button type="primary" onClick={() => go({ open: "new" })}>
      {say("添加员工", "Add somebody")}
    </Button>
  );
  return (
    <>
      <div className="filters">{add}</div>
      {password && (
        <Alert
          type="success"
          showIcon
          closable={{ onClose: () => setPassword(null) }}
          style={{ marginBottom: 16 }}
          title={say(
            `${password.login} 的一次性密码，只显示这一次`,
            `The one-time password of ${password.login}, shown this once`,
          )}
          description={
            <Typography.Text code copyable>
              {password.password}
            </Typography.Text>
          }
        />
      )}
      <Answer
        query={staff}
        empty={{ when: ({ data }) => data.length === 0, text: say("还没有员工账户。", "Nobody has an account yet.") }}
      >
        {({ data }) => (
          <>
            <Table
              rowKey="id"
              columns={columns}
              dataSource={data}
              pagination={{ pageSize: 50, hideOnSinglePage: true }}
              scroll={{ x: "max-content" }}
            />
            <StaffDrawer
              key={open}
              open={open}
              person={data.find((person) => person.id === open) ?? null}
              close={() => go({ open: null })}
              issued={(login, secret) => setPassword({ login, password: secret })}
            />
          </>
        )}
      </Answer>
    </>
  );
}
