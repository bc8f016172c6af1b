import { DatePicker, Input, InputNumber, Select, Switch } from "antd";
import dayjs from "dayjs";
import { useId, useState, type ReactNode } from "react";
import { useSay } from "../../../shared/language.tsx";
import type { Path, Plain } from "../model/bundle.ts";
import type { ItemHandle } from "./context.ts";

interface FieldProps {
  label: string;
  help?: ReactNode;
  problems?: string[];
  children: (id: string, status: "" | "error") => ReactNode;
}

/** A field with its label and what is wrong with it beside it. */
export function Field({ label, help, problems = [], children }: FieldProps) {
  const id = useId();
  return (
    <div className="field rows">
      <label htmlFor={id}>{label}</label>
      {children(id, problems.length > 0 ? "error" : "")}
      <div>
        {problems.map((problem) => (
          <div key={problem} className="stop" role="alert">
            {problem}
          </div>
        ))}
        {help && <div className="quiet">{help}</div>}
      </div>
    </div>
  );
}

interface Bound {
  of: ItemHandle;
  path: Path;
  label: string;
  help?: ReactNode;
}

/** Where a problem of a path would be told. */
function keyOf(path: Path): string {
  return path.join(".");
}

/** A text. It is written when one leaves it, so that half a word is not a change. */
export function TextField({ of, path, label, help, area = false }: Bound & { area?: boolean }) {
  const value = String(of.get(path) ?? "");
  return (
    <Field label={label} help={help} problems={of.problems(keyOf(path))}>
      {(id, status) => (
        <Draftable
          key={value}
          id={id}
          value={value}
          status={status}
          area={area}
          disabled={of.readOnly}
          commit={(text) => of.set(path, text === "" ? undefined : text)}
        />
      )}
    </Field>
  );
}

interface DraftableProps {
  id: string;
  value: string;
  status: "" | "error";
  area: boolean;
  disabled: boolean;
  commit: (text: string) => void;
}

function Draftable({ id, value, status, area, disabled, commit }: DraftableProps) {
  const [text, setText] = useState(value);
  const leave = () => text !== value && commit(text.trim());
  const shared = { id, value: text, status, disabled, onBlur: leave, autoComplete: "off" } as const;
  return area ? (
    <Input.TextArea {...shared} autoSize={{ minRows: 2 }} onChange={(event) => setText(event.target.value)} />
  ) : (
    <Input {...shared} onPressEnter={leave} onChange={(event) => setText(event.target.value)} />
  );
}

/** A name in both languages. */
export function NameFields({ of, path, label }: Omit<Bound, "help">) {
  const say = useSay();
  const value = of.get(path);
  if (typeof value === "string") return <TextField of={of} path={path} label={label} />;
  return (
    <div className="pair">
      <TextField of={of} path={[...path, "zh"]} label={`${label} · ${say("中文", "Chinese")}`} />
      <TextField of={of} path={[...path, "en"]} label={`${label} · ${say("英文", "English")}`} />
    </div>
  );
}

interface NumberProps extends Bound {
  min?: number;
  max?: number;
  step?: number;
  precision?: number;
  suffix?: string;
  /** Between what stands in the document and the number that is shown. */
  read?: (value: Plain | undefined) => number | null;
  write?: (value: number) => Plain;
}

/** A number. */
export function NumberField({ of, path, label, help, min = 0, suffix, read, write, ...rest }: NumberProps) {
  const raw = of.get(path);
  const value = read ? read(raw) : typeof raw === "number" ? raw : null;
  return (
    <Field label={label} help={help} problems={of.problems(keyOf(path))}>
      {(id, status) => (
        <InputNumber
          {...rest}
          id={id}
          status={status}
          min={min}
          disabled={of.readOnly}
          value={value}
          suffix={suffix}
          changeOnWheel={false}
          style={{ width: "100%" }}
          onChange={(next) => {
            if (next === value) return;
            of.set(path, next === null ? undefined : write ? write(next) : next);
          }}
        />
      )}
    </Field>
  );
}

interface Option {
  value: string;
  label: string;
}

/** One of several. */
export function SelectField({
  of,
  path,
  label,
  help,
  options,
  clear = true,
}: Bound & { options: Option[]; clear?: boolean }) {
  const raw = of.get(path);
  const value = typeof raw === "string" ? raw : undefined;
  const known = value === undefined || options.some((option) => option.value === value);
  return (
    <Field label={label} help={help} problems={of.problems(keyOf(path))}>
      {(id, status) => (
        <Select
          id={id}
          status={status}
          allowClear={clear}
          showSearch={{ optionFilterProp: "label" }}
          disabled={of.readOnly}
          value={value}
          options={known ? options : [...options, { value: value ?? "", label: value ?? "" }]}
          style={{ width: "100%" }}
          onChange={(next?: string) => of.set(path, next)}
        />
      )}
    </Field>
  );
}

/** Several, free to add. */
export function ListField({ of, path, label, help, options }: Bound & { options: Option[] }) {
  const raw = of.get(path);
  const value = Array.isArray(raw) ? raw.map(String) : typeof raw === "string" ? [raw] : [];
  return (
    <Field label={label} help={help} problems={of.problems(keyOf(path))}>
      {(id, status) => (
        <Select
          id={id}
          mode="tags"
          status={status}
          disabled={of.readOnly}
          value={value}
          options={options}
          style={{ width: "100%" }}
          onChange={(next: string[]) => of.set(path, next.length > 0 ? next : undefined)}
        />
      )}
    </Field>
  );
}

/** A day of the program's calendar. */
export function DayField({ of, path, label, help }: Bound) {
  const raw = of.get(path);
  const text = typeof raw === "string" ? raw : "";
  return (
    <Field label={label} help={help} problems={of.problems(keyOf(path))}>
      {(id, status) => (
        <DatePicker
          id={id}
          status={status}
          disabled={of.readOnly}
          value={text ? dayjs(text) : null}
          style={{ width: "100%" }}
          onChange={(day) => of.set(path, day ? day.format("YYYY-MM-DD") : undefined)}
        />
      )}
    </Field>
  );
}

/** Yes or no. What a document leaves out counts as `usual` and is left out again. */
export function SwitchField({ of, path, label, help, usual }: Bound & { usual: boolean }) {
  const raw = of.get(path);
  return (
    <Field label={label} help={help} problems={of.problems(keyOf(path))}>
      {(id) => (
        <Switch
          id={id}
          disabled={of.readOnly}
          checked={typeof raw === "boolean" ? raw : usual}
          onChange={(next) => of.set(path, next === usual ? undefined : next)}
        />
      )}
    </Field>
  );
}
