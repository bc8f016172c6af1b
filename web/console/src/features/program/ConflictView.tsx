import { Alert, Button, Modal, Space } from "antd";
import { Instant } from "../../shared/Instant.tsx";
import { useSay } from "../../shared/language.tsx";
import { whoWord } from "../../shared/who.ts";
import { LineDiff } from "./Changes.tsx";
import type { Files } from "./model/bundle.ts";
import { changedFiles, mergeFiles } from "./model/lines.ts";
import type { Conflict } from "./useEditing.ts";

interface Props {
  conflict: Conflict;
  mine: Files;
  settle: (files: Files) => void;
}

/** A colleague saved meanwhile: what they changed, what is one's own, and three ways on. Nothing is overwritten unasked. */
export function ConflictView({ conflict, mine, settle }: Props) {
  const say = useSay();
  const { theirs, base } = conflict;
  const merged = mergeFiles(base, mine, theirs.files);
  const theirFiles = changedFiles(base, theirs.files);
  const myFiles = changedFiles(base, mine);
  return (
    <Modal
      open
      closable={false}
      width={900}
      title={say("同事刚刚改过这份草稿", "A colleague has changed this draft")}
      footer={
        <Space wrap>
          <Button onClick={() => settle(theirs.files)}>{say("采用对方的，放弃我的", "Take theirs, drop mine")}</Button>
          {merged && (
            <Button type="primary" onClick={() => settle(merged)}>
              {say("两边都保留", "Keep both")}
            </Button>
          )}
          <Button danger onClick={() => settle(mine)}>
            {say("保留我的，覆盖对方的", "Keep mine, overwrite theirs")}
          </Button>
        </Space>
      }
    >
      <Alert
        type="warning"
        style={{ marginBottom: 12 }}
        title={
          <>
            {say(`${whoWord(theirs.updated_by, say)} 保存于 `, `${whoWord(theirs.updated_by, say)} saved `)}
            <Instant at={theirs.updated_at} />
          </>
        }
        description={say(
          "您的改动还没有保存，也没有丢失。请看过差别再决定。",
          "Yours are not saved and not lost. Look at the difference, then choose.",
        )}
      />
      <h2 className="sub">{say("对方的改动", "What they changed")}</h2>
      {theirFiles.map((file) => (
        <div key={file}>
          <p className="quiet">{file}</p>
          <LineDiff label={file} before={base[file] ?? ""} after={theirs.files[file] ?? ""} />
        </div>
      ))}
      <h2 className="sub">{say("您的改动", "What you changed")}</h2>
      {myFiles.map((file) => (
        <div key={file}>
          <p className="quiet">{file}</p>
          <LineDiff label={`${file} *`} before={base[file] ?? ""} after={mine[file] ?? ""} />
        </div>
      ))}
    </Modal>
  );
}
