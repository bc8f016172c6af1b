import { InputNumber } from "antd";
import { currencySign } from "@jifen/look";
import { useLanguage } from "./language.tsx";
import { minorDigits } from "./money.ts";
import { useProgram } from "./session.tsx";

interface Props {
  id?: string;
  /** As it is typed, in major units. */
  value?: string | null;
  onChange?: (value: string | null) => void;
}

/** An amount of money in the program's currency. It stays text, so that no digit is lost. */
export function MoneyInput({ id, value, onChange }: Props) {
  const language = useLanguage();
  const { currency } = useProgram();
  return (
    <InputNumber<string>
      {...(id ? { id } : {})}
      value={value ?? null}
      onChange={(typed) => onChange?.(typed)}
      stringMode
      min="0"
      precision={minorDigits(currency)}
      prefix={currencySign(currency, language)}
      controls={false}
      style={{ width: "100%" }}
    />
  );
}
