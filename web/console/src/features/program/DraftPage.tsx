import { RedoOutlined, UndoOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Badge, Breadcrumb, Button, Drawer, Popconfirm, Space, Tabs, Tag, Tooltip } from "antd";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { send } from "../../shared/http.ts";
import { useName, useSay, type Name } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useSession } from "../../shared/session.tsx";
import { useChange } from "../../shared/useChange.tsx";
import { draftPath, getDraft, type Checked, type Draft } from "./api.ts";
import { Changes } from "./Changes.tsx";
import { ConflictView } from "./ConflictView.tsx";
import { DryRunView } from "./DryRunView.tsx";
import { Board } from "./editor/Board.tsx";
import { EditorProvider, spot } from "./editor/context.ts";
import { FilesEditor } from "./editor/FilesEditor.tsx";
import { ItemForm } from "./editor/forms.tsx";
import { Numbers } from "./editor/Numbers.tsx";
import { PlainList } from "./editor/PlainList.tsx";
import { OwnLists } from "./editor/OwnLists.tsx";
import { Problems } from "./editor/Problems.tsx";
import { items, LISTS, type Item, type List } from "./model/bundle.ts";
import { Publish } from "./Publish.tsx";
import { TemporaryChange } from "./TemporaryChange.tsx";
import { useEditing, type Editing, type Saving } from "./useEditing.ts";
import { useToday } from "./useToday.ts";

/** A draft in the editor. */
export default function DraftPage() {
  const say = useSay();
  const { id = "" } = useParams();
  const draft = useQuery({
    queryKey: ["drafts", "one", id],
    queryFn: () => getDraft(id),
    staleTime: Infinity,
    gcTime: 0,
  });
  return (
    <>
      <Breadcrumb
        style={{ padding: "16px 24px 0" }}
        items={[
          { title: <Link to="/program">{say("规则", "Rules")}</Link> },
          { title: <Link to="/program?tab=drafts">{say("草稿", "Drafts")}</Link> },
          { title: draft.data?.note ?? id },
        ]}
      />
      {draft.data ? (
        <Editor key={draft.data.id} draft={draft.data} />
      ) : (
        <Page title={say("规则草稿", "Draft")} needs="program:read">
          <Answer query={draft}>{() => null}</Answer>
        </Page>
      )}
    </>
  );
}

function Editor({ draft }: { draft: Draft }) {
  const say = useSay();
  const name = useName();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { session, can } = useSession();
  const [{ tab, item }, go] = useAddress(["tab", "item"]);
  const saved = useCallback(() => void client.invalidateQueries({ queryKey: ["drafts", "editing"] }), [client]);
  const editing = useEditing(draft, saved);
  const [temporary, setTemporary] = useState<{ rule: string | null } | null>(null);
  const [publishing, setPublishing] = useState(false);
  const today = useToday();
  const readOnly = draft.state !== "editing" || !can("program:write");
  const { files, revision, saving } = editing;
  const check = useQuery({
    queryKey: ["drafts", "check", draft.id, revision],
    queryFn: () => send<Checked>("POST", draftPath(draft.id, "/check"), { body: {} }),
    placeholderData: (before) => before,
    staleTime: Infinity,
  });
  const problems = useMemo(() => spot(files, check.data?.problems ?? []), [files, check.data]);
  const open = useCallback((list: List, at: number) => go({ item: `${list}:${at}` }), [go]);
  const shown = parseItem(item);
  const state = { files, readOnly, currency: session.program.currency, problems, edit: editing.edit };
  return (
    <EditorProvider value={state}>
      <UndoKeys editing={editing} />
      <Page
        title={draft.note || say("规则草稿", "Draft")}
        needs="program:read"
        actions={
          <>
            <SavingTag saving={saving} retry={editing.retry} />
            <Undo editing={editing} readOnly={readOnly} />
            {!readOnly && <Drop draft={draft} dropped={() => void navigate("/program?tab=drafts")} />}
            {can("program:publish") && (
              <Button
                type="primary"
                disabled={draft.state !== "editing" || !check.data}
                onClick={async () => {
                  if (await editing.flush()) setPublishing(true);
                }}
              >
                {say("发布", "Publish")}
              </Button>
            )}
          </>
        }
      >
        {draft.state !== "editing" && <Closed draft={draft} />}
        {editing.problem && !editing.conflict && <ProblemView problem={editing.problem} retry={editing.retry} />}
        <Tabs
          activeKey={tab || "rules"}
          onChange={(key) => go({ tab: key === "rules" ? null : key, item: null })}
          items={[
            {
              key: "rules",
              label: say("规则与活动", "Rules"),
              children: <Board open={open} temporary={(rule) => setTemporary({ rule })} />,
            },
            {
              key: "tiers",
              label: say("等级与权益", "Tiers"),
              children: (
                <>
                  <PlainList list="tiers" title={say("等级", "Tiers")} open={open} />
                  <OwnLists lists={["benefits"]} open={open} />
                </>
              ),
            },
            {
              key: "units",
              label: say("单位与有效期", "Units"),
              children: <PlainList list="units" title={say("单位与有效期", "Units and validity")} open={open} />,
            },
            {
              key: "play",
              label: say("任务与徽章", "Tasks"),
              children: <OwnLists lists={["tasks", "streaks", "badges", "gifts", "leaderboards"]} open={open} />,
            },
            {
              key: "days",
              label: say("节日与风控", "Days and abuse"),
              children: <OwnLists lists={["days", "patterns"]} open={open} />,
            },
            { key: "terms", label: say("条款与数值", "Numbers"), children: <Numbers /> },
            { key: "files", label: say("原文", "Files"), children: <FilesEditor /> },
            {
              key: "changes",
              label: (
                <Badge
                  size="small"
                  offset={[10, 0]}
                  count={problems.filter((found) => found.severity === "mistake").length}
                >
                  {say("检查与差别", "Check")}
                </Badge>
              ),
              children: (
                <Answer query={check}>
                  {(found) => (
                    <>
                      <Problems checked={found} problems={problems} open={open} />
                      <h2 className="sub">{say("与现行规则的差别", "Changes against what is in force")}</h2>
                      <Changes changes={found.changes} />
                    </>
                  )}
                </Answer>
              ),
            },
            {
              key: "dry-run",
              label: say("试算", "Dry run"),
              children: <DryRunView id={draft.id} revision={revision} flush={editing.flush} />,
            },
          ]}
        />
        <Drawer
          open={shown !== null && items(files, shown.list).length > shown.at}
          onClose={() => go({ item: null })}
          size={640}
          destroyOnHidden
          title={shown ? titleOf(items(files, shown.list)[shown.at], name) : ""}
        >
          {shown && <ItemForm key={item} list={shown.list} at={shown.at} />}
        </Drawer>
        {temporary && (
          <TemporaryChange
            files={files}
            rule={temporary.rule}
            today={today}
            close={() => setTemporary(null)}
            apply={(next) => {
              editing.edit("temporary", () => next);
              setTemporary(null);
            }}
          />
        )}
        {editing.conflict && <ConflictView conflict={editing.conflict} mine={files} settle={editing.settle} />}
        {check.data && publishing && (
          <Publish
            draft={draft}
            revision={revision}
            checked={check.data}
            open={publishing}
            close={() => setPublishing(false)}
            published={() => void navigate("/program?tab=versions")}
          />
        )}
      </Page>
    </EditorProvider>
  );
}

function titleOf(item: Item | undefined, name: (value: Name | string | undefined) => string): string {
  return name(item?.["name"] as Name | string | undefined) || String(item?.["id"] ?? "");
}

function parseItem(text: string): { list: List; at: number } | null {
  const [list = "", at = ""] = text.split(":");
  return list in LISTS && /^\d{1,4}$/.test(at) ? { list: list as List, at: Number(at) } : null;
}

function SavingTag({ saving, retry }: { saving: Saving; retry: () => void }) {
  const say = useSay();
  const words: Record<Saving, [string, string]> = {
    saved: ["green", say("已保存", "Saved")],
    pending: ["default", say("待保存", "Not saved yet")],
    saving: ["default", say("正在保存", "Saving")],
    failed: ["red", say("未能保存", "Not saved")],
    conflict: ["orange", say("有冲突", "Conflict")],
  };
  const [color, text] = words[saving];
  return (
    <span role="status" data-testid="saving">
      <Tag color={color}>{text}</Tag>
      {saving === "failed" && (
        <Button size="small" type="link" onClick={retry}>
          {say("重试", "Try again")}
        </Button>
      )}
    </span>
  );
}

function Undo({ editing, readOnly }: { editing: Editing; readOnly: boolean }) {
  const say = useSay();
  if (readOnly) return null;
  return (
    <Space.Compact>
      <Tooltip title="Ctrl+Z">
        <Button
          icon={<UndoOutlined />}
          aria-label={say("撤销", "Undo")}
          disabled={!editing.undo}
          onClick={() => editing.undo?.()}
        />
      </Tooltip>
      <Tooltip title="Ctrl+Shift+Z">
        <Button
          icon={<RedoOutlined />}
          aria-label={say("重做", "Redo")}
          disabled={!editing.redo}
          onClick={() => editing.redo?.()}
        />
      </Tooltip>
    </Space.Compact>
  );
}

/** Undo and redo by key, except inside a text, which has its own. */
function UndoKeys({ editing }: { editing: Editing }) {
  const { undo, redo } = editing;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const inText = event.target instanceof HTMLElement && event.target.closest("input, textarea") !== null;
      if (inText || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      if (event.shiftKey) redo?.();
      else undo?.();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [undo, redo]);
  return null;
}

function Drop({ draft, dropped }: { draft: Draft; dropped: () => void }) {
  const say = useSay();
  const { run, busy } = useChange<null, Draft>({
    act: async () => ({ done: true, value: await send<Draft>("DELETE", draftPath(draft.id)) }),
    stale: [["drafts"]],
    done: say("草稿已放弃", "The draft is dropped"),
    then: dropped,
  });
  return (
    <Popconfirm
      title={say("放弃这份草稿？", "Drop this draft?")}
      okText={say("放弃", "Drop")}
      cancelText={say("取消", "Cancel")}
      onConfirm={() => run(null)}
    >
      <Button loading={busy}>{say("放弃草稿", "Drop")}</Button>
    </Popconfirm>
  );
}

function Closed({ draft }: { draft: Draft }) {
  const say = useSay();
  const words: Record<string, string> = {
    editing: "",
    waiting: say("这份草稿正在等待审批，不能再改。", "This draft waits for approval and cannot be changed."),
    published: say(
      `这份草稿已发布为第 ${draft.version ?? ""} 版。`,
      `This draft was published as version ${draft.version ?? ""}.`,
    ),
    dropped: say("这份草稿已放弃。", "This draft was dropped."),
  };
  return <Alert type="info" style={{ marginBottom: 12 }} title={words[draft.state]} />;
}
