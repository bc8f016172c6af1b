import { useQuery } from "@tanstack/react-query";
import { Breadcrumb, Button, Descriptions, Form, Input, Modal, Select, Tabs, Tag } from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { change, get, send, type Outcome } from "../../shared/http.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useActionKey } from "../../shared/key.ts";
import { useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useSession } from "../../shared/session.tsx";
import { useChange } from "../../shared/useChange.tsx";
import { whoWord } from "../../shared/who.ts";
import { useVersions, type BundleChange, type Draft, type Version } from "./api.ts";
import { Changes } from "./Changes.tsx";
import type { Files } from "./model/bundle.ts";
import { versionState } from "./words.ts";

/** A published version: what it says, what it changed, and how to go back to it. */
export default function VersionPage() {
  const say = useSay();
  const number = Number(useParams()["number"]);
  const versions = useVersions();
  return (
    <>
      <Breadcrumb
        style={{ padding: "16px 24px 0" }}
        items={[
          { title: <Link to="/program?tab=versions">{say("规则版本", "Versions")}</Link> },
          { title: say(`第 ${number} 版`, `Version ${number}`) },
        ]}
      />
      <Page
        title={say(`规则第 ${number} 版`, `Rules, version ${number}`)}
        needs="program:read"
        actions={<Actions number={number} versions={versions.data?.data ?? []} />}
      >
        <Answer query={versions}>
          {({ data }) => {
            const version = data.find((item) => item.version === number);
            return version ? <Found version={version} all={data} /> : say("没有这一版。", "There is no such version.");
          }}
        </Answer>
      </Page>
    </>
  );
}

function Found({ version, all }: { version: Version; all: Version[] }) {
  const say = useSay();
  const { text, color } = versionState(version, say);
  return (
    <>
      <Descriptions
        size="small"
        bordered
        column={{ xs: 1, md: 2 }}
        items={[
          { key: "state", label: say("状态", "State"), children: <Tag color={color}>{text}</Tag> },
          {
            key: "from",
            label: say("生效", "Begins"),
            children: version.from ? <Instant at={version.from} /> : say("自始", "from the beginning"),
          },
          { key: "author", label: say("发布人", "Published by"), children: whoWord(version.author, say) },
          { key: "published", label: say("发布时间", "Published"), children: <Instant at={version.published_at} /> },
          { key: "note", label: say("说明", "Note"), children: version.note || say("无", "none") },
          ...(typeof version.confirmations === "number"
            ? [{ key: "confirmed", label: say("会员确认", "Confirmed by members"), children: version.confirmations }]
            : []),
        ]}
      />
      <Tabs
        style={{ marginTop: 12 }}
        items={[
          { key: "diff", label: say("差别", "Changes"), children: <Against version={version.version} all={all} /> },
          { key: "files", label: say("原文", "Files"), children: <FilesOf version={version.version} /> },
        ]}
      />
    </>
  );
}

function Against({ version, all }: { version: number; all: Version[] }) {
  const say = useSay();
  const [{ against }, go] = useAddress(["against"]);
  const other = against || String(version > 1 ? version - 1 : version);
  const diff = useQuery({
    queryKey: ["program", "diff", version, other],
    queryFn: () =>
      get<{ changes: BundleChange[] }>(`/v1/program/versions/${version}/diff`, { query: { against: other } }),
  });
  return (
    <>
      <div className="filters">
        <Select
          aria-label={say("与哪一版比较", "Compared with")}
          value={other}
          onChange={(value: string) => go({ against: value })}
          options={all.map((item) => ({
            value: String(item.version),
            label: say(`与第 ${item.version} 版比较`, `against version ${item.version}`),
          }))}
          style={{ minWidth: 180 }}
        />
      </div>
      <Answer query={diff}>{({ changes }) => <Changes changes={changes} />}</Answer>
    </>
  );
}

function FilesOf({ version }: { version: number }) {
  const say = useSay();
  const [name, setName] = useState("earning.yaml");
  const bundle = useQuery({
    queryKey: ["program", "bundle", version],
    queryFn: () => get<{ files: Files }>("/v1/program/bundle", { query: { version } }),
    staleTime: Infinity,
  });
  return (
    <Answer query={bundle}>
      {({ files }) => (
        <>
          <div className="filters">
            <Select
              aria-label={say("文件", "File")}
              value={name}
              onChange={(value: string) => setName(value)}
              options={Object.keys(files)
                .sort()
                .map((value) => ({ value, label: value }))}
              style={{ minWidth: 200 }}
            />
          </div>
          <pre className="file" tabIndex={0}>
            {files[name]}
          </pre>
        </>
      )}
    </Answer>
  );
}

type Doing = "restore" | "withdraw" | null;

function Actions({ number, versions }: { number: number; versions: Version[] }) {
  const say = useSay();
  const { can } = useSession();
  const navigate = useNavigate();
  const [doing, setDoing] = useState<Doing>(null);
  const [key, nextKey] = useActionKey();
  const version = versions.find((item) => item.version === number);
  const scheduled = version?.state === "scheduled";
  const act = async (text: string): Promise<Outcome<Draft | Version>> => {
    if (doing === "withdraw")
      return change("POST", `/v1/program/versions/${number}/withdraw`, { body: { reason: text } });
    const headers = { "Idempotency-Key": key };
    return {
      done: true,
      value: await send<Draft>("POST", `/v1/program/versions/${number}/restore`, { body: { note: text }, headers }),
    };
  };
  const { run, busy, problem } = useChange<string, Draft | Version>({
    act,
    stale: [["drafts"], ["program"]],
    done: doing === "withdraw" ? say("已撤回", "Withdrawn") : say("已建立草稿", "A draft was made"),
    then: (value) => {
      nextKey();
      setDoing(null);
      if ("id" in value) void navigate(`/program/drafts/${encodeURIComponent(value.id)}`);
    },
  });
  const [form] = Form.useForm<{ note: string }>();
  return (
    <>
      {can("program:write") && version && (
        <Button onClick={() => setDoing("restore")}>{say("恢复到这一版", "Go back to this version")}</Button>
      )}
      {can("program:publish") && scheduled && (
        <Button danger onClick={() => setDoing("withdraw")}>
          {say("撤回", "Withdraw")}
        </Button>
      )}
      <Modal
        open={doing !== null}
        title={
          doing === "withdraw"
            ? say("撤回待生效的版本", "Withdraw the scheduled version")
            : say("恢复到这一版", "Go back to this version")
        }
        okText={doing === "withdraw" ? say("撤回", "Withdraw") : say("建立草稿", "Make a draft")}
        cancelText={say("取消", "Cancel")}
        confirmLoading={busy}
        onOk={() => form.submit()}
        onCancel={() => setDoing(null)}
      >
        <p>
          {doing === "withdraw"
            ? say("这一版将不会生效，现行规则继续有效。", "It will not begin; what is in force stays.")
            : say(
                "会建立一份内容相同的草稿，检查后再发布。现行规则不会立即改变。",
                "Makes a draft of the same contents, to be checked and published. Nothing changes at once.",
              )}
        </p>
        <Form form={form} layout="vertical" requiredMark={false} onFinish={({ note }) => run(note.trim())}>
          <Form.Item
            name="note"
            label={say("原因", "Reason")}
            rules={[{ required: true, whitespace: true, message: say("请写明原因", "Please say why") }]}
          >
            <Input.TextArea rows={2} maxLength={200} autoFocus />
          </Form.Item>
        </Form>
        {problem && <ProblemView problem={problem} />}
      </Modal>
    </>
  );
}
