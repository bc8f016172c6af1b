import { AutoComplete, Button, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import {
  QueryBuilder,
  type Field as BuilderField,
  type RuleGroupType,
  toOptions,
  type Translations,
  type ValueEditorProps,
  type ValueSelectorProps,
} from "react-querybuilder";
import { useName, useSay, type Say } from "../../../shared/language.tsx";
import { useProgramInForce } from "../../../shared/program.ts";
import { KINDS, OPERATORS, read, write, type Kind } from "../model/condition.ts";
import { items } from "../model/bundle.ts";
import { operatorWord, variableWord } from "../model/words.ts";
import { useEditor, type ItemHandle } from "./context.ts";
import { Field } from "./fields.tsx";
import "./builder.css";

/** The condition of a rule: drawn where it can be drawn, as text where not, and never changed by merely being shown. */
export function ConditionEditor({ of, label }: { of: ItemHandle; label: string }) {
  const say = useSay();
  const raw = of.get(["when"]);
  const text = typeof raw === "string" ? raw : "";
  const [asText, setAsText] = useState(read(text) === null);
  const drawable = read(text) !== null;
  const commit = (next: string) => of.set(["when"], next === "" ? undefined : next);
  return (
    <div className="field">
      <div className="field-head">
        <span>{label}</span>
        <Button size="small" type="link" disabled={asText && !drawable} onClick={() => setAsText(!asText)}>
          {asText ? say("用图形编辑", "Draw it") : say("用文字编辑", "Write it")}
        </Button>
      </div>
      {asText ? (
        <AsText key={text} text={text} drawable={drawable} of={of} commit={commit} />
      ) : (
        <Drawn text={text} readOnly={of.readOnly} commit={commit} />
      )}
      {!asText &&
        of.problems("when").map((problem) => (
          <div key={problem} className="stop" role="alert">
            {problem}
          </div>
        ))}
    </div>
  );
}

interface TextProps {
  text: string;
  drawable: boolean;
  of: ItemHandle;
  commit: (text: string) => void;
}

function AsText({ text, drawable, of, commit }: TextProps) {
  const say = useSay();
  const [draft, setDraft] = useState(text);
  return (
    <Field
      label={say("条件（CEL）", "Condition (CEL)")}
      problems={of.problems("when")}
      help={
        !drawable &&
        say("这个条件图形画不出来，按原文保留。", "This condition cannot be drawn; it stays as it is written.")
      }
    >
      {(id, status) => (
        <Input.TextArea
          id={id}
          className="code"
          status={status}
          disabled={of.readOnly}
          value={draft}
          autoSize={{ minRows: 2 }}
          spellCheck={false}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={() => draft !== text && commit(draft.trim())}
        />
      )}
    </Field>
  );
}

function Drawn({ text, readOnly, commit }: { text: string; readOnly: boolean; commit: (text: string) => void }) {
  const say = useSay();
  const [tree, setTree] = useState<RuleGroupType>(() => read(text) ?? { combinator: "and", rules: [] });
  // A change from outside (undo, a colleague) draws anew; one's own unfinished line stays.
  const [seen, setSeen] = useState(text);
  if (text !== seen) {
    setSeen(text);
    if (text !== write(tree)) setTree(read(text) ?? { combinator: "and", rules: [] });
  }
  const change = (next: RuleGroupType) => {
    setTree(next);
    const written = write(next);
    if (written !== write(tree)) commit(written);
  };
  const fields: BuilderField[] = Object.entries(KINDS).map(([name, kind]) => ({
    name,
    label: variableWord(name, say),
    kind,
    operators: OPERATORS[kind].map((operator) => ({ name: operator, label: operatorWord(operator, say) })),
    defaultValue: kind === "number" || kind === "money" ? 0 : "",
  }));
  return (
    <div className="builder">
      <QueryBuilder
        fields={fields}
        query={tree}
        onQueryChange={change}
        disabled={readOnly}
        addRuleToNewGroups
        listsAsArrays
        combinators={[
          { name: "and", label: say("全部满足", "all of these") },
          { name: "or", label: say("满足任一", "any of these") },
        ]}
        controlElements={{ valueEditor: ValueEditor, valueSelector: Selector }}
        translations={translations(say)}
      />
      {tree.rules.length === 0 && (
        <p className="quiet">{say("没有条件：总是适用。", "No condition: it always applies.")}</p>
      )}
    </div>
  );
}

/** A choice that also says to a screen reader what is chosen. */
function Selector({ options, value, handleOnChange, title, disabled, className, testID }: ValueSelectorProps) {
  return (
    <select
      data-testid={testID}
      className={className}
      title={title}
      aria-label={title}
      value={value ?? ""}
      disabled={disabled ?? false}
      onChange={(event) => handleOnChange(event.target.value)}
    >
      {toOptions(options)}
    </select>
  );
}

function ValueEditor({ field, fieldData, operator, value, handleOnChange, disabled }: ValueEditorProps) {
  const say = useSay();
  const options = useOptions(field);
  const kind = (fieldData as unknown as { kind?: Kind }).kind ?? "text";
  const label = say("值", "Value");
  if (operator === "in" || operator === "notIn") {
    const values = Array.isArray(value) ? (value as string[]) : value ? [String(value)] : [];
    return (
      <Select
        mode="tags"
        aria-label={label}
        disabled={disabled ?? false}
        value={values}
        options={options}
        onChange={(next: string[]) => handleOnChange(next)}
        style={{ minWidth: 200 }}
      />
    );
  }
  if (kind === "number" || kind === "money") {
    const scale = kind === "money" ? 100 : 1;
    return (
      <InputNumber
        aria-label={label}
        disabled={disabled ?? false}
        min={0}
        precision={kind === "money" ? 2 : 0}
        value={value === "" ? null : Number(value) / scale}
        prefix={kind === "money" ? "¥" : undefined}
        onChange={(next) => handleOnChange(next === null ? "" : Math.round(next * scale))}
        style={{ width: 140 }}
      />
    );
  }
  return (
    <AutoComplete
      aria-label={label}
      disabled={disabled ?? false}
      value={String(value ?? "")}
      options={options}
      onChange={(next: string) => handleOnChange(next)}
      style={{ minWidth: 160 }}
    />
  );
}

/** What a variable can be, as far as the program says. */
function useOptions(field: string): { value: string; label: string }[] {
  const name = useName();
  const { files } = useEditor();
  const program = useProgramInForce().data;
  if (field === "line.category") return (program?.categories ?? []).map((value) => ({ value, label: value }));
  if (field === "channel") return (program?.channels ?? []).map((item) => ({ value: item.id, label: name(item.name) }));
  if (field === "tier.id") {
    return items(files, "tiers").map((tier) => {
      const id = String(tier["id"] ?? "");
      return { value: id, label: name(tier["name"] as never) || id };
    });
  }
  return [];
}

function translations(say: Say): Partial<Translations> {
  return {
    fields: { title: say("变量", "Variable"), placeholderName: "", placeholderLabel: "", placeholderGroupLabel: "" },
    operators: {
      title: say("比较", "Comparison"),
      placeholderName: "",
      placeholderLabel: "",
      placeholderGroupLabel: "",
    },
    value: { title: say("值", "Value") },
    combinators: { title: say("如何组合", "How they combine") },
    addRule: { label: say("加一个条件", "Add a condition"), title: say("加一个条件", "Add a condition") },
    addGroup: { label: say("加一组条件", "Add a group"), title: say("加一组条件", "Add a group") },
    removeRule: { label: "×", title: say("删除这个条件", "Remove this condition") },
    removeGroup: { label: "×", title: say("删除这组条件", "Remove this group") },
  };
}
