import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Modal, Popconfirm, Select, Table, Tag, Typography, type TableProps } from "antd";
import { useState } from "react";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { get, send } from "../../shared/http.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useSession } from "../../shared/session.tsx";
import { useChange } from "../../shared/useChange.tsx";

interface Client {
  id: string;
  name: string;
  scopes: string[];
  sources?: string[] | null;
  created_at: string;
  active: boolean;
}

interface NewClient {
  name: string;
  scopes: string[];
  sources?: string[];
}

/** What shops and apps usually need. */
const SCOPES = [
  "events:write",
  "members:read",
  "members:token",
  "members:write",
  "points:adjust",
  "points:hold",
  "points:spend",
  "program:read",
  "reports:read",
  "wallets:read",
];

/** Shops and apps that call the API. */
export default function Clients() {
  const say = useSay();
  const { can } = useSession();
  const [address, go] = useAddress(["new"]);
  const clients = useQuery({
    queryKey: ["clients"],
    queryFn: () => get<{ data: Client[] }>("/v1/clients"),
    enabled: can("clients:read"),
  });
  const [token, setToken] = useState<string | null>(null);
  const add = (
    <Button type="primary" onClick={() => go({ new: "1" })}>
      {say("登记客户端", "Register a client")}
    </Button>
  );
  return (
    <Page title={say("接口客户端", "API clients")} needs="clients:read" actions={can("clients:write") && add}>
      {token && <TokenOnce token={token} close={() => setToken(null)} />}
      <Answer
        query={clients}
        empty={{
          when: ({ data }) => data.length === 0,
          text: say(
            "还没有客户端。门店和应用登记后才能调用接口。",
            "No clients yet. Shops and apps call the API once they are registered.",
          ),
          action: can("clients:write") && add,
        }}
      >
        {({ data }) => <List clients={data} />}
      </Answer>
      <Registration
        open={address.new === "1"}
        close={() => go({ new: null })}
        registered={(secret) => {
          setToken(secret);
          go({ new: null });
        }}
      />
    </Page>
  );
}

function TokenOnce({ token, close }: { token: string; close: () => void }) {
  const say = useSay();
  return (
    <Alert
      type="success"
      showIcon
      closable={{ onClose: close }}
      style={{ marginBottom: 16 }}
      title={say("令牌只显示这一次，请立即保存", "The token is shown this once; keep it now")}
      description={
        <Typography.Text code copyable>
          {token}
        </Typography.Text>
      }
    />
  );
}

function List({ clients }: { clients: Client[] }) {
  const say = useSay();
  const { can } = useSession();
  const { run, problem } = useChange<string, null>({
    act: async (id) => {
      await send("DELETE", `/v1/clients/${encodeURIComponent(id)}`);
      return { done: true, value: null };
    },
    stale: [["clients"]],
    done: say("已停用", "Access is taken away"),
  });
  const columns: TableProps<Client>["columns"] = [
    { title: say("名称", "Name"), dataIndex: "name", key: "name" },
    { title: say("编号", "Identifier"), dataIndex: "id", key: "id", responsive: ["md"] },
    {
      title: say("权限", "Rights"),
      key: "scopes",
      render: (_, client) => client.scopes.map((scope) => <Tag key={scope}>{scope}</Tag>),
    },
    {
      title: say("来源", "Sources"),
      key: "sources",
      render: (_, client) => client.sources?.join(", ") ?? say("不限", "any"),
      responsive: ["lg"],
    },
    {
      title: say("登记时间", "Since"),
      key: "at",
      render: (_, client) => <Instant at={client.created_at} />,
      responsive: ["md"],
    },
    {
      title: say("状态", "State"),
      key: "state",
      render: (_, client) =>
        client.active ? <Tag color="green">{say("使用中", "Active")}</Tag> : <Tag>{say("已停用", "Stopped")}</Tag>,
    },
    {
      key: "stop",
      title: <span className="sr">{say("操作", "Actions")}</span>,
      render: (_, client) =>
        client.active && can("clients:write") ? (
          <Popconfirm
            title={say(
              `停用“${client.name}”？它的请求会立即被拒绝。`,
              `Stop “${client.name}”? Its calls are refused at once.`,
            )}
            okText={say("停用", "Stop")}
            cancelText={say("取消", "Cancel")}
            onConfirm={() => run(client.id)}
          >
            <Button size="small" danger>
              {say("停用", "Stop")}
            </Button>
          </Popconfirm>
        ) : null,
    },
  ];
  return (
    <>
      {problem && <ProblemView problem={problem} />}
      <Table
        rowKey="id"
        columns={columns}
        dataSource={clients}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        scroll={{ x: "max-content" }}
      />
    </>
  );
}

function Registration({
  open,
  close,
  registered,
}: {
  open: boolean;
  close: () => void;
  registered: (token: string) => void;
}) {
  const say = useSay();
  const [form] = Form.useForm<NewClient>();
  const { run, busy, problem, reset } = useChange<NewClient, Client & { token: string }>({
    act: async ({ name, scopes, sources }) => ({
      done: true,
      value: await send("POST", "/v1/clients", { body: { name, scopes, ...(sources?.length ? { sources } : {}) } }),
    }),
    stale: [["clients"]],
    done: say("已登记", "Registered"),
    then: (client) => {
      form.resetFields();
      registered(client.token);
    },
  });
  return (
    <Modal
      open={open}
      title={say("登记客户端", "Register a client")}
      okText={say("登记", "Register")}
      cancelText={say("取消", "Cancel")}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={() => {
        reset();
        close();
      }}
    >
      <Form
        form={form}
        layout="vertical"
        onFinish={run}
        requiredMark={false}
        initialValues={{ scopes: ["events:write"] }}
      >
        <Form.Item
          name="name"
          label={say("名称", "Name")}
          rules={[{ required: true, message: say("请输入名称", "Enter a name") }]}
        >
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="scopes"
          label={say("权限", "Rights")}
          rules={[{ required: true, message: say("请至少选一项", "Choose at least one") }]}
        >
          <Select mode="multiple" options={SCOPES.map((value) => ({ value, label: value }))} />
        </Form.Item>
        <Form.Item
          name="sources"
          label={say("允许的事件来源", "Event sources it may report from ")}
          extra={say("留空表示不限，例如 /shop/online。", "Empty for any; such as /shop/online.")}
        >
          <Select mode="tags" open={false} suffixIcon={null} />
        </Form.Item>
        {problem && <ProblemView problem={problem} />}
      </Form>
    </Modal>
  );
}
