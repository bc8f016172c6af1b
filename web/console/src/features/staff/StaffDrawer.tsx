import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Drawer, Form, Input, Popconfirm, Select, Space, Switch } from "antd";
import { send } from "../../shared/http.ts";
import { useName, useSay } from "../../shared/language.tsx";
import { usePlaces } from "../../shared/places.ts";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useSession } from "../../shared/session.tsx";
import { useChange } from "../../shared/useChange.tsx";
import { useRoles } from "../../shared/WhoCan.tsx";
import type { Holding, StaffMember } from "./api.ts";

interface Fields {
  login: string;
  name: string;
  email?: string;
  roles: { role: string; place?: string }[];
  active: boolean;
}

interface Props {
  /** An identifier, `new`, or nothing. */
  open: string;
  person: StaffMember | null;
  close: () => void;
  /** A one-time password was made. */
  issued: (login: string, password: string) => void;
}

/** Somebody's account: name, address, roles and places. */
export function StaffDrawer({ open, person, close, issued }: Props) {
  const say = useSay();
  const { can } = useSession();
  const [form] = Form.useForm<Fields>();
  const isNew = open === "new";
  const { run, busy, problem } = useChange<Fields, { one_time_password?: string }>({
    act: async (fields) => ({ done: true, value: await save(fields, person) }),
    stale: [["staff"]],
    done: say("已保存", "Saved"),
    then: (value, fields) => {
      if (value.one_time_password) issued(fields.login, value.one_time_password);
      close();
    },
  });
  return (
    <Drawer
      open={isNew || person !== null}
      onClose={close}
      size={520}
      destroyOnHidden
      title={isNew ? say("添加员工", "Add somebody") : (person?.name ?? "")}
      footer={
        can("staff:write") && (
          <Space>
            <Button type="primary" loading={busy} onClick={() => form.submit()}>
              {say("保存", "Save")}
            </Button>
            <Button onClick={close}>{say("取消", "Cancel")}</Button>
            {person && <Reset person={person} issued={issued} />}
          </Space>
        )
      }
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        disabled={!can("staff:write")}
        onFinish={run}
        initialValues={initial(person)}
      >
        <Form.Item
          name="login"
          label={say("登录名", "Login")}
          rules={[
            {
              required: true,
              pattern: /^[A-Za-z0-9._:-]{1,64}$/,
              message: say("1 至 64 个字母、数字或 . _ : -", "1 to 64 letters, digits or . _ : -"),
            },
          ]}
        >
          <Input disabled={!isNew} autoComplete="off" spellCheck={false} />
        </Form.Item>
        <Form.Item
          name="name"
          label={say("姓名", "Name")}
          rules={[{ required: true, whitespace: true, message: say("请输入姓名", "Enter a name") }]}
        >
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="email"
          label={say("邮箱（用于找回密码）", "Mail (to reset the password)")}
          rules={[{ type: "email", message: say("邮箱格式不对", "This is no address") }]}
        >
          <Input autoComplete="off" />
        </Form.Item>
        <RoleFields />
        {!isNew && (
          <Form.Item name="active" label={say("可以登录", "May sign in")} valuePropName="checked">
            <Switch />
          </Form.Item>
        )}
        {problem && <ProblemView problem={problem} />}
      </Form>
    </Drawer>
  );
}

function initial(person: StaffMember | null): Fields {
  if (!person) return { login: "", name: "", roles: [{ role: "" }], active: true };
  return {
    login: person.login ?? person.id,
    name: person.name,
    ...(person.email ? { email: person.email } : {}),
    roles: person.roles.map(({ role, place }) => (place ? { role, place } : { role })),
    active: person.active,
  };
}

function save(fields: Fields, person: StaffMember | null): Promise<{ one_time_password?: string }> {
  const roles: Holding[] = fields.roles.map(({ role, place }) => ({ role, place: place ?? null }));
  const body = { name: fields.name.trim(), email: fields.email?.trim() || null, roles };
  if (!person) return send("POST", "/v1/staff", { body: { ...body, login: fields.login } });
  return send("PUT", `/v1/staff/${encodeURIComponent(person.id)}`, { body: { ...body, active: fields.active } });
}

function RoleFields() {
  const say = useSay();
  const name = useName();
  const roles = useRoles().data?.data ?? [];
  const places = usePlaces().data?.data ?? [];
  return (
    <Form.List name="roles">
      {(fields, { add, remove }) => (
        <fieldset className="fieldset">
          <legend>{say("角色", "Roles")}</legend>
          {fields.map((field) => (
            <Space key={field.key} align="baseline" wrap>
              <Form.Item
                name={[field.name, "role"]}
                rules={[{ required: true, message: say("请选择角色", "Choose a role") }]}
              >
                <Select
                  aria-label={say("角色", "Role")}
                  style={{ width: 210 }}
                  options={roles.map((role) => ({ value: role.id, label: name(role.name), title: name(role.about) }))}
                />
              </Form.Item>
              <Form.Item name={[field.name, "place"]}>
                <Select
                  allowClear
                  aria-label={say("范围", "Place")}
                  placeholder={say("全部范围", "Everywhere")}
                  style={{ width: 170 }}
                  options={places.map((place) => ({ value: place.id, label: name(place.name) }))}
                />
              </Form.Item>
              <Button
                icon={<DeleteOutlined />}
                aria-label={say("移除此角色", "Remove this role")}
                onClick={() => remove(field.name)}
              />
            </Space>
          ))}
          <Button icon={<PlusOutlined />} onClick={() => add({ role: "" })}>
            {say("再加一个角色", "Another role")}
          </Button>
        </fieldset>
      )}
    </Form.List>
  );
}

function Reset({ person, issued }: { person: StaffMember; issued: (login: string, password: string) => void }) {
  const say = useSay();
  const { run, busy, problem } = useChange<null, { one_time_password: string }>({
    act: async () => ({
      done: true,
      value: await send("POST", `/v1/staff/${encodeURIComponent(person.id)}/reset`, { body: {} }),
    }),
    stale: [["staff"]],
    done: say("已重置", "Reset"),
    then: ({ one_time_password }) => issued(person.login ?? person.id, one_time_password),
  });
  return (
    <>
      <Popconfirm
        title={say(
          "重置后原密码和动态口令作废，须用一次性密码重新设置。",
          "The password and the second factor end; a one-time password starts anew.",
        )}
        okText={say("重置", "Reset")}
        cancelText={say("取消", "Cancel")}
        onConfirm={() => run(null)}
      >
        <Button danger loading={busy}>
          {say("重置登录", "Reset access")}
        </Button>
      </Popconfirm>
      {problem && <ProblemView problem={problem} />}
    </>
  );
}
