import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, DatePicker, Form, Input, InputNumber, Segmented, Select } from "antd";
import { categoryWord } from "../../shared/category.ts";
import { useName, useSay } from "../../shared/language.tsx";
import { MoneyInput } from "../../shared/MoneyInput.tsx";
import { usePlaces } from "../../shared/places.ts";
import { useProgramInForce } from "../../shared/program.ts";
import type { Fields } from "./fields.ts";
import { MakeupForm } from "./MakeupForm.tsx";
import { kindOptions } from "./words.ts";

const HOURS = 24;

/** Everything that may be said of a reward: what it is, what it costs, who may have it and when. */
export function RewardForm({ isNew }: { isNew: boolean }) {
  return (
    <>
      <What isNew={isNew} />
      <Price />
      {isNew && <FirstStock />}
      <Who />
      <When />
      <Where />
      <MakeupForm />
    </>
  );
}

function What({ isNew }: { isNew: boolean }) {
  const say = useSay();
  const program = useProgramInForce().data;
  const required = { required: true, whitespace: true, message: say("请填写", "Please fill this in") };
  return (
    <>
      {isNew && (
        <Form.Item
          name="id"
          label={say("编号（可不填，自动生成）", "Identifier (made for you if empty)")}
          rules={[
            {
              pattern: /^[A-Za-z0-9._:-]{1,64}$/,
              message: say("1 至 64 个字母、数字或 . _ : -", "1 to 64 letters, digits or . _ : -"),
            },
          ]}
        >
          <Input autoComplete="off" maxLength={64} />
        </Form.Item>
      )}
      <div className="pair">
        <Form.Item name="zh" label={say("中文名称", "Name in Chinese")} rules={[required]}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="en" label={say("英文名称", "Name in English")} rules={[required]}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="kind" label={say("类型", "Kind")}>
          <Select options={kindOptions(say)} />
        </Form.Item>
        <Form.Item name="category" label={say("品类（决定每分价值）", "Goods (sets what a point is worth)")}>
          <Select
            allowClear
            showSearch
            placeholder={say("方案的默认品类", "the program's usual one")}
            options={program?.categories.map((value) => ({ value, label: categoryWord(value, say) })) ?? []}
          />
        </Form.Item>
      </div>
      <Form.Item name="tags" label={say("标签：场景、主题、适合谁", "Tags: scenes, themes, whom it suits")}>
        <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", "，"]} />
      </Form.Item>
    </>
  );
}

function Price() {
  const say = useSay();
  const name = useName();
  const program = useProgramInForce().data;
  const priced = Form.useWatch<Fields["priced"]>("priced");
  const needed = { required: true, message: say("请填写", "Please fill this in") };
  const units = program?.units.filter((unit) => unit.spendable) ?? [];
  return (
    <fieldset className="fieldset">
      <legend className="sub">{say("价格", "Price")}</legend>
      <Form.Item
        name="priced"
        label={say("怎样定价", "How it is priced")}
        extra={
          priced === "fixed"
            ? say("所有会员一律此价，等级、活动与库存均不影响。", "Everybody pays this; nothing changes it.")
            : say(
                "等级折扣、活动与库存会在此基础上调整，会员看得到每一步。",
                "Tiers, campaigns and stock change it from here; members see each step.",
              )
        }
      >
        <Segmented
          options={[
            { value: "points", label: say("直接定积分", "In points") },
            { value: "fixed", label: say("固定积分", "Fixed points") },
            { value: "value", label: say("按价值折算", "By its worth") },
          ]}
        />
      </Form.Item>
      <div className="pair">
        {priced !== "value" && (
          <Form.Item name="points" label={say("积分", "Points")} rules={[needed]}>
            <InputNumber min={0} max={900_000_000_000} precision={0} style={{ width: "100%" }} />
          </Form.Item>
        )}
        <Form.Item name="value" label={say("市场价值", "Worth in a shop")} rules={priced === "value" ? [needed] : []}>
          <MoneyInput />
        </Form.Item>
        <Form.Item name="cash" label={say("另付现金（可不填）", "Money besides (optional)")}>
          <MoneyInput />
        </Form.Item>
        <Form.Item name="cost" label={say("成本（会员看不到）", "What it costs us (members do not see it)")}>
          <MoneyInput />
        </Form.Item>
        {units.length > 1 && (
          <Form.Item name="unit" label={say("用哪种积分", "Paid in")}>
            <Select
              allowClear
              placeholder={say("主积分", "the main points")}
              options={units.map((unit) => ({ value: unit.id, label: name(unit.name) }))}
            />
          </Form.Item>
        )}
      </div>
    </fieldset>
  );
}

function FirstStock() {
  const say = useSay();
  return (
    <Form.Item
      name="stock"
      label={say("库存件数", "Pieces in stock")}
      extra={say("留空表示不限量。", "Empty: it never runs out.")}
    >
      <InputNumber min={0} max={1_000_000_000} precision={0} style={{ width: "100%" }} />
    </Form.Item>
  );
}

function Who() {
  const say = useSay();
  const name = useName();
  const tiers = useProgramInForce().data?.tiers ?? [];
  return (
    <fieldset className="fieldset">
      <legend className="sub">{say("谁能兑换", "Who may have it")}</legend>
      <Form.Item name="limited" valuePropName="checked" noStyle>
        <Checkbox>{say("限量：高等级会员先开放", "Limited: opens to higher tiers first")}</Checkbox>
      </Form.Item>
      <br />
      <Form.Item name="hidden" valuePropName="checked" noStyle>
        <Checkbox>{say("隐藏：不上货架，凭编号兑换", "Hidden: not on the shelf, redeemed by its number")}</Checkbox>
      </Form.Item>
      <br />
      <Form.Item name="birthday_only" valuePropName="checked">
        <Checkbox>{say("仅限生日当月", "Only in the month of the birthday")}</Checkbox>
      </Form.Item>
      <div className="pair">
        <Form.Item name="tiers" label={say("限等级", "Only these tiers")}>
          <Select
            mode="multiple"
            placeholder={say("全部等级", "all tiers")}
            options={tiers.map((tier) => ({ value: tier.id, label: name(tier.name) }))}
          />
        </Form.Item>
        <Form.Item name="members" label={say("限有这些标签的会员", "Only members with these tags")}>
          <Select mode="tags" open={false} suffixIcon={null} placeholder={say("不限", "anybody")} />
        </Form.Item>
      </div>
    </fieldset>
  );
}

function When() {
  const say = useSay();
  const hours = (through: boolean) =>
    Array.from({ length: HOURS }, (_, at) => {
      const hour = through ? at + 1 : at;
      return { value: hour, label: `${String(hour).padStart(2, "0")}:00` };
    });
  return (
    <fieldset className="fieldset">
      <legend className="sub">{say("什么时候", "When")}</legend>
      <div className="pair">
        <Form.Item name="from" label={say("首日", "First day")}>
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="until" label={say("末日（含）", "Last day (included)")}>
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
      </div>
      <Form.List name="hours">
        {(rows, { add, remove }) => (
          <div className="field">
            <div className="field-head">{say("每天开放的时段", "Hours of the day")}</div>
            {rows.map(({ key, name }) => (
              <div key={key} className="hours">
                <Form.Item name={[name, "from"]} noStyle>
                  <Select options={hours(false)} aria-label={say("从", "from")} />
                </Form.Item>
                –
                <Form.Item name={[name, "to"]} noStyle>
                  <Select options={hours(true)} aria-label={say("到", "to")} />
                </Form.Item>
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={say("删除这个时段", "Remove these hours")}
                  onClick={() => remove(name)}
                />
              </div>
            ))}
            <Button icon={<PlusOutlined />} onClick={() => add({ from: 9, to: 12 })}>
              {say("添加时段", "Add hours")}
            </Button>
          </div>
        )}
      </Form.List>
    </fieldset>
  );
}

function Where() {
  const say = useSay();
  const name = useName();
  const places = usePlaces().data?.data ?? [];
  const of = (kinds: string[]) =>
    places.filter((place) => kinds.includes(place.kind)).map((place) => ({ value: place.id, label: name(place.name) }));
  return (
    <fieldset className="fieldset">
      <legend className="sub">{say("在哪里", "Where")}</legend>
      <div className="pair">
        <Form.Item name="stores" label={say("限这些门店自提或核销", "Only in these shops")}>
          <Select mode="tags" placeholder={say("全部门店", "all shops")} options={of(["store"])} />
        </Form.Item>
        <Form.Item name="regions" label={say("限这些地区", "Only in these regions")}>
          <Select mode="tags" placeholder={say("全部地区", "all regions")} options={of(["region", "city"])} />
        </Form.Item>
      </div>
    </fieldset>
  );
}
