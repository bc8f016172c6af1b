import { Button, DatePicker, Form, Input, Modal, Table, Tabs, Tag, type TableProps } from "antd";
import { useQuery } from "@tanstack/react-query";
import dayjs from "dayjs";
import { Link, useNavigate } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { get, send } from "../../shared/http.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useActionKey } from "../../shared/key.ts";
import { useLanguage, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useSession } from "../../shared/session.tsx";
import { useChange } from "../../shared/useChange.tsx";
import { startOfDay } from "../../shared/zoned.ts";
import { whoWord } from "../../shared/who.ts";
import { useDrafts, useVersions, type Draft, type DraftHead, type Version } from "./api.ts";
import { versionState } from "./words.ts";

/** The rule book: what members read, its versions, and drafts of the next one. */
export default function Program() {
  const say = useSay();
  const { can } = useSession();
  const [{ tab, new: making }, go] = useAddress(["tab", "new"]);
  return (
    <Page
      title={say("规则", "Rules")}
      needs="program:read"
      actions={
        can("program:write") && (
          <Button type="primary" onClick={() => go({ new: "1" })}>
            {say("新建草稿", "New draft")}
          </Button>
        )
      }
    >
      <Tabs
        activeKey={tab || "page"}
        onChange={(key) => go({ tab: key === "page" ? null : key })}
        destroyOnHidden
        items={[
          { key: "page", label: say("会员看到的规则", "What members read"), children: <RulePage /> },
          { key: "drafts", label: say("草稿", "Drafts"), children: <Drafts /> },
          { key: "versions", label: say("版本", "Versions"), children: <Versions /> },
        ]}
      />
      <NewDraft open={making === "1"} close={() => go({ new: null })} />
    </Page>
  );
}

type Sentence = string | { spans: { text: string; bold: boolean }[] } | { text: string; bold: boolean }[];

interface PageText {
  title: string;
  sections: { heading: string; sentences: Sentence[] }[];
}

function RulePage() {
  const say = useSay();
  const language = useLanguage();
  const { session } = useSession();
  const [{ at }, go] = useAddress(["at"]);
  const instant = at ? startOfDay(at, session.program.zone) : "";
  const page = useQuery({
    queryKey: ["program", "rules", instant],
    queryFn: () =>
      get<{ version: number; page: Record<"zh" | "en", PageText> }>("/v1/program/rules", { query: { at: instant } }),
  });
  const pdf = `/v1/program/rules.pdf?${new URLSearchParams({ lang: language, ...(instant ? { at: instant } : {}) }).toString()}`;
  return (
    <>
      <div className="filters">
        <DatePicker
          aria-label={say("哪一天的规则", "Rules of which day")}
          placeholder={say("今天", "Today")}
          value={at ? dayjs(at) : null}
          onChange={(day) => go({ at: day ? day.format("YYYY-MM-DD") : null })}
        />
        <Button href={pdf} target="_blank">
          {say("下载 PDF", "Download as PDF")}
        </Button>
      </div>
      <Answer query={page}>
        {({ version, page: texts }) => (
          <article className="rule-page">
            <p className="quiet">{say(`第 ${version} 版`, `Version ${version}`)}</p>
            {texts[language].sections.map((section) => (
              <section key={section.heading}>
                <h2 className="sub">{section.heading}</h2>
                {section.sentences.map((sentence, place) => (
                  <p key={place}>
                    <SentenceText sentence={sentence} />
                  </p>
                ))}
              </section>
            ))}
          </article>
        )}
      </Answer>
    </>
  );
}

function SentenceText({ sentence }: { sentence: Sentence }) {
  if (typeof sentence === "string") return <>{sentence}</>;
  const spans = Array.isArray(sentence) ? sentence : sentence.spans;
  return spans.map((span, at) =>
    span.bold ? <strong key={at}>{span.text}</strong> : <span key={at}>{span.text}</span>,
  );
}

function Drafts() {
  const say = useSay();
  const drafts = useDrafts("editing");
  const waiting = useDrafts("waiting");
  const columns: TableProps<DraftHead>["columns"] = [
    {
      title: say("说明", "Note"),
      key: "note",
      render: (_, draft) => (
        <Link to={`/program/drafts/${encodeURIComponent(draft.id)}`}>{draft.note || draft.id}</Link>
      ),
    },
    {
      title: say("基于", "From"),
      key: "base",
      render: (_, draft) => say(`第 ${draft.base_version} 版`, `version ${draft.base_version}`),
    },
    {
      title: say("作者", "Author"),
      key: "author",
      render: (_, { author }) => whoWord(author, say),
      responsive: ["md"],
    },
    {
      title: say("最近修改", "Last change"),
      key: "updated",
      render: (_, draft) => (
        <>
          {whoWord(draft.updated_by, say)} · <Instant at={draft.updated_at} relative />
        </>
      ),
    },
  ];
  const table = (data: DraftHead[]) => (
    <Table
      rowKey="id"
      columns={columns}
      dataSource={data}
      pagination={{ pageSize: 50, hideOnSinglePage: true }}
      scroll={{ x: "max-content" }}
    />
  );
  return (
    <>
      {(waiting.data?.data.length ?? 0) > 0 && (
        <>
          <h2 className="sub">{say("等待审批", "Waiting for approval")}</h2>
          {table(waiting.data?.data ?? [])}
          <h2 className="sub">{say("编辑中", "Being edited")}</h2>
        </>
      )}
      <Answer
        query={drafts}
        empty={{
          when: ({ data }) => data.length === 0,
          text: say(
            "没有草稿。改规则先建一份草稿，发布前不影响会员。",
            "No drafts. Rules are changed in a draft; members see nothing before it is published.",
          ),
        }}
      >
        {({ data }) => table(data)}
      </Answer>
    </>
  );
}

function Versions() {
  const say = useSay();
  const versions = useVersions();
  const columns: TableProps<Version>["columns"] = [
    {
      title: say("版本", "Version"),
      key: "version",
      render: (_, version) => (
        <Link to={`/program/versions/${version.version}`}>
          {say(`第 ${version.version} 版`, `Version ${version.version}`)}
        </Link>
      ),
    },
    {
      title: say("状态", "State"),
      key: "state",
      render: (_, version) => {
        const { text, color } = versionState(version, say);
        return <Tag color={color}>{text}</Tag>;
      },
    },
    {
      title: say("生效", "Begins"),
      key: "from",
      render: (_, version) => (version.from ? <Instant at={version.from} /> : say("自始", "from the beginning")),
    },
    { title: say("说明", "Note"), dataIndex: "note", key: "note", responsive: ["md"] },
    {
      title: say("发布人", "Published by"),
      key: "author",
      render: (_, { author }) => whoWord(author, say),
      responsive: ["md"],
    },
    {
      title: say("发布时间", "Published"),
      key: "published",
      responsive: ["lg"],
      render: (_, version) => <Instant at={version.published_at} />,
    },
  ];
  return (
    <Answer query={versions}>
      {({ data }) => (
        <Table
          rowKey="version"
          columns={columns}
          dataSource={data}
          pagination={{ pageSize: 50, hideOnSinglePage: true }}
          scroll={{ x: "max-content" }}
        />
      )}
    </Answer>
  );
}

function NewDraft({ open, close }: { open: boolean; close: () => void }) {
  const say = useSay();
  const navigate = useNavigate();
  const [key, nextKey] = useActionKey();
  const [form] = Form.useForm<{ note: string }>();
  const { run, busy, problem } = useChange<string, Draft>({
    act: async (note) => ({
      done: true,
      value: await send<Draft>("POST", "/v1/program/drafts", { body: { note }, headers: { "Idempotency-Key": key } }),
    }),
    stale: [["drafts"]],
    done: say("草稿已建立", "The draft is there"),
    then: (draft) => {
      nextKey();
      void navigate(`/program/drafts/${encodeURIComponent(draft.id)}`);
    },
  });
  return (
    <Modal
      open={open}
      title={say("新建草稿", "New draft")}
      okText={say("建立", "Make it")}
      cancelText={say("取消", "Cancel")}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={close}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={({ note }) => run(note.trim())}>
        <Form.Item
          name="note"
          label={say("打算改什么", "What is going to change")}
          rules={[{ required: true, whitespace: true, message: say("请写一句话", "Please say it in a sentence") }]}
        >
          <Input maxLength={200} autoComplete="off" autoFocus />
        </Form.Item>
      </Form>
      {problem && <ProblemView problem={problem} />}
    </Modal>
  );
}
