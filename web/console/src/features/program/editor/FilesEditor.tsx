import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Input, Select, Space } from "antd";
import { useState } from "react";
import { Answer } from "../../../shared/Answer.tsx";
import { get } from "../../../shared/http.ts";
import { useSay } from "../../../shared/language.tsx";
import { PlainTable } from "../../../shared/PlainTable.tsx";
import { broken } from "../model/bundle.ts";
import { keysOf, type Schema } from "../model/schema.ts";
import { useEditor } from "./context.ts";

/** The files as they are: everything that no form knows can be written here. */
export function FilesEditor() {
  const say = useSay();
  const { files } = useEditor();
  const names = Object.keys(files).sort();
  const [name, setName] = useState(names.includes("earning.yaml") ? "earning.yaml" : (names[0] ?? ""));
  return (
    <>
      <div className="filters">
        <Select
          aria-label={say("文件", "File")}
          value={name}
          onChange={(value: string) => setName(value)}
          options={names.map((value) => ({ value, label: value }))}
          style={{ minWidth: 200 }}
        />
      </div>
      <Help name={name} />
      <FileEditor key={`${name}\n${files[name] ?? ""}`} name={name} text={files[name] ?? ""} />
    </>
  );
}

/** What may be written in a file, from the schema of rule books. */
function Help({ name }: { name: string }) {
  const say = useSay();
  const [open, setOpen] = useState(false);
  const schema = useQuery({
    queryKey: ["program", "schema"],
    queryFn: () => get<Schema>("/v1/program/schema"),
    staleTime: Infinity,
    enabled: open,
  });
  return (
    <details className="file-help" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say("可以写哪些项", "What may be written here")}</summary>
      {open && (
        <Answer query={schema}>
          {(found) => (
            <PlainTable
              caption={say(`${name} 可以写的项`, `What may be written in ${name}`)}
              columns={[
                { label: say("项", "Key") },
                { label: say("取值", "Value") },
                { label: say("用途（英文）", "What for") },
              ]}
              rows={keysOf(found, name).map(({ path, type, about }) => [
                <code key="path">{path}</code>,
                <code key="type">{type}</code>,
                <span key="about" lang="en">
                  {about}
                </span>,
              ])}
            />
          )}
        </Answer>
      )}
    </details>
  );
}

function FileEditor({ name, text }: { name: string; text: string }) {
  const say = useSay();
  const { edit, readOnly, problems } = useEditor();
  const [draft, setDraft] = useState(text);
  const wrong = broken(draft);
  return (
    <>
      {problems
        .filter((problem) => problem.file === name)
        .map((problem) => (
          <Alert
            key={`${problem.line}:${problem.column}:${problem.message}`}
            type={problem.severity === "mistake" ? "error" : "warning"}
            title={`${problem.line}:${problem.column} ${problem.message}`}
            description={problem.suggestion}
            style={{ marginBottom: 8 }}
          />
        ))}
      <Input.TextArea
        className="code"
        aria-label={name}
        value={draft}
        readOnly={readOnly}
        spellCheck={false}
        autoSize={{ minRows: 16, maxRows: 40 }}
        onChange={(event) => setDraft(event.target.value)}
      />
      {wrong && draft !== text && (
        <Alert
          type="error"
          style={{ marginTop: 8 }}
          title={say(`第 ${wrong.line} 行有误`, `Line ${wrong.line} cannot be read`)}
          description={wrong.message}
        />
      )}
      <Space style={{ marginTop: 8 }}>
        <Button
          type="primary"
          disabled={readOnly || draft === text}
          onClick={() => edit(`file ${name}`, (files) => ({ ...files, [name]: draft }))}
        >
          {say("应用", "Apply")}
        </Button>
        <Button disabled={draft === text} onClick={() => setDraft(text)}>
          {say("还原", "Put back")}
        </Button>
      </Space>
    </>
  );
}
