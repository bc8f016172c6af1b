//! Every problem there is, in the order of their codes. A code never changes its meaning and is never used again.

use jifen_vocab::Code;

use super::row::{Row, rows, said};
use crate::language::Said;

rows! {
    ACCOUNT_LOCKED = "account-locked", 429 {
        title: ["Locked for a while", "账号暂时锁定"],
        when: ["Too many wrong passwords or codes came in a row.", "连续多次密码或验证码错误。"],
        advice: ["Wait for the seconds that Retry-After names, or have somebody who manages staff reset the account.", "请在 Retry-After 指明的秒数后再试，或请员工管理者重置账号。"],
        detail: [["Nobody gets in for {seconds} seconds.", "{seconds} 秒内无法登录。"]],
    }
    ALREADY_REVERSED = "already-reversed", 409 {
        title: ["Already given back", "已经退还"],
        when: ["More would be given back than is left of the spend.", "要退还的积分多于这笔消费剩余可退的积分。"],
        advice: ["Give back at most what is left.", "退还数量请不要超过剩余可退数量。"],
        detail: [
            ["{asked} points were to be given back and {left} are left of the {spent} spent.", "要退还 {asked} 积分，这笔 {spent} 积分的消费只剩 {left} 积分可退。"],
            ["Nothing is left to give back of the {spent} points spent.", "这笔 {spent} 积分的消费已全部退还。"],
            ["The points of this spend have been given back.", "这笔消费的积分已经退还。"],
        ],
    }
    AMOUNT_OUT_OF_RANGE = "amount-out-of-range", 422 {
        title: ["Number out of range", "数值超出范围"],
        when: ["A number is beyond what the product computes with.", "数值超出了系统可以计算的范围。"],
        advice: ["Send a smaller number, or several requests.", "请使用较小的数值，或分多次提交。"],
        detail: [["{pointer} must not exceed {limit}.", "{pointer} 不能超过 {limit}。"], ["{points} points are more than the {maximum} that can be computed with.", "{points} 积分超过了可计算的上限 {maximum}。"]],
    }
    APPROVAL_DECIDED = "approval-decided", 409 {
        title: ["Not open any more", "审批已结束"],
        when: ["Somebody has decided about this, it was withdrawn, or its time is over.", "该审批已有结果、已撤回或已过期。"],
        advice: ["Look at what was decided; ask again where it is still wanted.", "请查看结果；如仍需要，请重新申请。"],
        detail: [["The approval is {state}.", "审批状态为 {state}。"]],
    }
    APPROVAL_OWN = "approval-own", 403 {
        title: ["Your own question", "不能审批自己的申请"],
        when: ["Nobody decides about what they asked for themselves.", "不得审批自己提出的申请。"],
        advice: ["Let a colleague decide; you may withdraw it.", "请由同事审批；您可以撤回。"],
        detail: [["You asked for it yourself.", "这是您自己提出的申请。"]],
    }
    APPROVAL_ROLE = "approval-role", 403 {
        title: ["Not yours to decide", "无权审批"],
        when: ["Deciding about this takes another role, or one that holds where it was asked for.", "审批需要其他角色，或该角色须覆盖申请所在机构。"],
        advice: ["Let somebody with one of the roles named decide.", "请由具有所列角色的人员审批。"],
        detail: [
            ["It takes one of the roles {roles}, for {place} or above it.", "需要角色 {roles} 之一，且覆盖机构 {place}。"],
            ["It takes one of the roles {roles}, for the whole company.", "需要角色 {roles} 之一，且覆盖全公司。"],
            ["Only whoever asked for it may withdraw it.", "只有申请人可以撤回。"],
        ],
    }
    ASSESSMENT_OPEN = "assessment-open", 409 {
        title: ["An assessment is open", "已有评级在进行"],
        when: ["One assessment is made and carried out at a time.", "同一时间只进行一次等级评定。"],
        advice: ["Let the open one run, or dismiss it.", "请先执行或驳回进行中的评定。"],
        detail: [["{assessment} is open.", "{assessment} 尚未结束。"]],
    }
    AWARD_WAITING = "award-waiting", 409 {
        title: ["Large award waits", "大额奖励待审核"],
        when: ["The event would bring more points than the rules give alone; it waits for a person's review.", "事件带来的积分超过可直接入账的上限，正等待人工审核。"],
        advice: ["Nothing: an operator decides.", "无需处理，由运营人员决定。"],
        detail: [["The event would bring {points} points, more than {maximum}; it waits for a person's review.", "事件将带来 {points} 积分，超过 {maximum}，正等待人工审核。"]],
    }
    BATCH_TOO_LONG = "batch-too-long", 422 {
        title: ["Too many events in one batch", "批次中的事件过多"],
        when: ["A batch has more events than are accepted at once.", "一个批次中的事件数超过上限。"],
        advice: ["Send the events in several batches.", "请分成多个批次发送。"],
        detail: [["A batch may have {limit} events.", "一个批次最多 {limit} 个事件。"]],
    }
    BIRTHDAY_LOCKED = "birthday-locked", 409 {
        title: ["The birthday stays as it is for now", "生日暂不能修改"],
        when: ["The birthday was changed not long ago; how long it stays after that, the rule book says.", "生日不久前修改过，规则规定的期限内不能再改。"],
        advice: ["Try again when the time named has come.", "请在所示时间之后再修改。"],
        detail: [["It can be changed again from {until} on.", "{until} 起可再次修改。"]],
    }
    BOOKING_CLOSED = "booking-closed", 409 {
        title: ["The booking cannot be changed", "预约不能变更"],
        when: ["The time is over or too near, the voucher lapses before it, or the booking has ended.", "时段已过或临近、券码届时已过期，或预约已结束。"],
        advice: ["Choose another time, or ask the company.", "请选择其他时段，或联系商家。"],
        detail: [["{slot} can be changed until {hours} hours before it begins.", "{slot} 须在开始前 {hours} 小时变更。"], ["{slot}: {why}.", "{slot}：{why}。"]],
    }
    BUDGET_EXHAUSTED = "budget-exhausted", 409 {
        title: ["Budget used up", "预算已用完"],
        when: ["The budget of a rule or campaign is used up; the award was trimmed, perhaps to nothing.", "规则或活动的预算已用完，奖励被削减，可能为零。"],
        advice: ["Nothing: the answer stands. Operators can raise the budget for later events.", "无需处理，结果有效。运营人员可以为之后的事件提高预算。"],
        detail: [["The budget {budget} has {left} points left.", "预算 {budget} 还剩 {left} 积分。"]],
    }
    BUSY = "busy", 503 {
        title: ["Busy", "系统繁忙"],
        when: ["Too many requests are waiting.", "等待处理的请求过多。"],
        advice: ["Send the same request again after the seconds that Retry-After names. Nothing was changed.", "请在 Retry-After 指明的秒数后重发同一请求，没有任何改动。"],
        detail: [],
    }
    CAP_REACHED = "cap-reached", 409 {
        title: ["Earning limit reached", "已达获取上限"],
        when: ["An earning limit trimmed the award, perhaps to nothing.", "获取上限削减了奖励，可能为零。"],
        advice: ["Nothing: the answer stands.", "无需处理，结果有效。"],
        detail: [["The limit {cap} allows {limit} points, and {used} were earned before.", "上限 {cap} 为 {limit} 积分，此前已获得 {used} 积分。"]],
    }
    CODE_WRONG = "code-wrong", 403 {
        title: ["Wrong code", "验证码错误"],
        when: ["The code is wrong, was used before, or counts no more.", "验证码错误、已使用或已过期。"],
        advice: ["Wait for the next code and try again. Five wrong ones in a row lock.", "请等待下一个验证码后重试。连续五次错误将被锁定。"],
        detail: [],
    }
    CSRF_TOKEN_MISSING = "csrf-token-missing", 403 {
        title: ["Not from our pages", "请求来源不可信"],
        when: ["A change was asked for with a session's cookie and without the session's X-CSRF-Token.", "以会话 Cookie 请求修改，但没有该会话的 X-CSRF-Token。"],
        advice: ["Send the header X-CSRF-Token with the value that GET /v1/session gives.", "请附上请求头 X-CSRF-Token，其值见 GET /v1/session。"],
        detail: [],
    }
    CURRENCY_MISMATCH = "currency-mismatch", 422 {
        title: ["Another currency", "币种不符"],
        when: ["Amounts are in another currency than the program's.", "金额的币种不是本计划的币种。"],
        advice: ["Convert the amounts to the program's currency.", "请把金额换算为本计划的币种。"],
        detail: [["The program counts in {currency}.", "本计划使用 {currency}。"]],
    }
    DEDUCTION_CLOSED = "deduction-closed", 409 {
        title: ["Deduction has ended", "抵扣已结束"],
        when: ["The deduction was canceled or has run out, or its order is paid and only a refund gives points back.", "抵扣已取消或超时；或订单已支付，只能通过退款退回积分。"],
        advice: ["Reserve points for the bill again, or report order.refunded.", "请重新申请抵扣，或上报 order.refunded。"],
        detail: [["The deduction of order {order} is {state}.", "订单 {order} 的抵扣状态为 {state}。"]],
    }
    DEDUCTION_EXISTS = "deduction-exists", 409 {
        title: ["Order has a deduction", "订单已有抵扣"],
        when: ["Points pay a part of another bill of this order already.", "该订单已按另一账单抵扣积分。"],
        advice: ["Cancel that one first, or send the same bill.", "请先取消原抵扣，或提交相同的账单。"],
        detail: [["Order {order} has a deduction that is {state}.", "订单 {order} 已有抵扣，状态为 {state}。"]],
    }
    DEDUCTION_UNAVAILABLE = "deduction-unavailable", 409 {
        title: ["Points pay nothing of this", "该账单不能使用积分抵扣"],
        when: ["No rule fits the bill, it is too small, the coupon cannot be used, or there are no points.", "没有适用的抵扣规则、金额不足、优惠不可用或没有可用积分。"],
        advice: ["Take the whole bill in money.", "请以现金收取全部金额。"],
        detail: [["The bill must be at least {required} (minor units) and is {amount}.", "账单至少须为 {required}（分），现为 {amount}。"], ["Points pay nothing of this bill: {why}.", "该账单不能使用积分抵扣：{why}。"]],
    }
    DELIVERY_NOT_FAILED = "delivery-not-failed", 409 {
        title: ["Delivery has not failed", "投递未失败"],
        when: ["The message is on its way, was sent, or was not to be sent.", "消息正在发送、已发送，或按规则不予发送。"],
        advice: ["Only deliveries that failed can be tried again.", "只有失败的投递可以重试。"],
        detail: [["The delivery {delivery} is {state}.", "投递 {delivery} 的状态为 {state}。"]],
    }
    DEVICE_UNCONFIRMED = "device-unconfirmed", 403 {
        title: ["Show a fresh code first", "请先输入新的验证码"],
        when: ["Much is to be spent from a device that the member was not seen with before, or at a till soon after they signed in with one.", "在会员未曾使用过的设备上进行大额消费，或会员刚在此类设备登录后在收银处大额抵扣。"],
        advice: ["Ask for a code with POST /v1/member-sign-in/codes, show it on that device with POST /v1/session/confirm, and redeem or pay again.", "请通过 POST /v1/member-sign-in/codes 获取验证码，在该设备上以 POST /v1/session/confirm 提交后重新兑换或抵扣。"],
        detail: [["{points} points are to be spent within {minutes} minutes of the device's first sign-in.", "该设备首次登录后 {minutes} 分钟内拟消费 {points} 积分。"]],
    }
    DRAFT_CHANGED = "draft-changed", 409 {
        title: ["Draft was changed meanwhile", "草稿已被他人修改"],
        when: ["Somebody saved the draft after the revision that was sent. Nothing was overwritten.", "在您所依据的修订之后，有人保存了该草稿。没有覆盖任何内容。"],
        advice: ["Read the draft again, look at what was changed, and save on top of its newest revision.", "请重新读取草稿，查看他人的修改，再基于最新修订保存。"],
        detail: [["{by} saved revision {revision} at {at}.", "{by} 于 {at} 保存了修订 {revision}。"]],
    }
    DRAFT_CLOSED = "draft-closed", 409 {
        title: ["Draft is closed", "草稿已关闭"],
        when: ["The draft was published or dropped, or waits for approval: it is not changed any more.", "草稿已发布、已放弃或正在等待审批，不能再修改。"],
        advice: ["Begin another draft.", "请新建草稿。"],
        detail: [["The draft {draft} is {state}.", "草稿 {draft} 的状态为 {state}。"]],
    }
    EARNED_ALREADY = "earned-already", 409 {
        title: ["Earned already", "本期已获得"],
        when: ["The rule gives its award once in a period, and has.", "该规则每个周期只奖励一次，本周期已奖励。"],
        advice: ["Nothing: the answer stands.", "无需处理，结果有效。"],
        detail: [["The rule gives its award once a period ({once}), and has.", "该规则每个周期（{once}）只奖励一次，已经奖励。"]],
    }
    EVENT_MAXIMUM = "event-maximum", 409 {
        title: ["Above the maximum for one event", "超过单次上限"],
        when: ["The award of one event is above the rule's maximum and is refused altogether.", "单个事件的奖励超过规则的上限，整笔不予奖励。"],
        advice: ["Look at the event: an amount may be wrong.", "请检查该事件，金额可能有误。"],
        detail: [["The award would be {points} points; one event may earn {maximum}.", "奖励为 {points} 积分，单个事件最多 {maximum} 积分。"]],
    }
    EVENT_TOO_FAR_AHEAD = "event-too-far-ahead", 422 {
        title: ["Event from the future", "事件时间超前"],
        when: ["The event's time lies further ahead of the clock than is accepted.", "事件时间比系统时间超前太多。"],
        advice: ["Check the sender's clock; the same event may come again when its time has come.", "请检查发送方的时钟；到时间后可以重发同一事件。"],
        detail: [["The event lies more than {minutes} minutes ahead of the clock.", "事件比系统时间超前 {minutes} 分钟以上。"]],
    }
    EVENT_TOO_LATE = "event-too-late", 409 {
        title: ["Event came too late", "事件来得太晚"],
        when: ["The event is older than the program accepts; it waits for a person's review.", "事件早于本计划接受的期限，正等待人工审核。"],
        advice: ["Nothing: an operator decides.", "无需处理，由运营人员决定。"],
        detail: [["The event is more than {days} days old and waits for a person's review.", "事件已超过 {days} 天，正等待人工审核。"]],
    }
    EXTENSION_UNAVAILABLE = "extension-unavailable", 409 {
        title: ["No later date", "无法延期"],
        when: ["The points cannot have a later date, or do not come back: `why` says above-ceiling, ask-service, not-offered, once, too-early or too-late.", "积分不能延期或恢复，原因见 `why`：above-ceiling、ask-service、not-offered、once、too-early 或 too-late。"],
        advice: ["Look at what can be had: GET /v1/members/{id}/expiring.", "可先查询 GET /v1/members/{id}/expiring。"],
        detail: [["There is no later date to be had: {why}.", "无法延期：{why}。"]],
    }
    FORBIDDEN = "forbidden", 403 {
        title: ["Not allowed", "没有权限"],
        when: ["The token is valid and lacks the scope of this call.", "令牌有效，但没有此调用所需的权限。"],
        advice: ["Ask whoever manages API clients for the scope.", "请向 API 客户端的管理者申请该权限。"],
        detail: [["This call needs the scope {scope}.", "此调用需要权限 {scope}。"]],
    }
    HOLD_NOT_OPEN = "hold-not-open", 409 {
        title: ["Hold is not open", "预留已结束"],
        when: ["The hold has been captured, released, or has run out.", "这笔预留已被扣除、释放或到期。"],
        advice: ["Place a new hold where points are still to be reserved.", "如仍需预留积分，请重新创建。"],
        detail: [["The hold {hold} has been captured, released, or has run out.", "预留 {hold} 已被扣除、释放或到期。"]],
    }
    IDEMPOTENCY_CONFLICT = "idempotency-conflict", 422 {
        title: ["Key was used for something else", "幂等键已用于其他内容"],
        when: ["The same key, event id or reference came before with other content.", "同一个幂等键、事件编号或引用此前用于其他内容。"],
        advice: ["Use a new key for a new request; repeat the first content to get the first answer.", "新的请求请使用新的键；重发原内容可得到原结果。"],
        detail: [["{key} was used before with other content.", "{key} 此前已用于其他内容。"]],
    }
    IDEMPOTENCY_KEY_INVALID = "idempotency-key-invalid", 400 {
        title: ["Idempotency-Key is not valid", "幂等键格式不正确"],
        when: ["The header Idempotency-Key is not 1 to 255 printable characters.", "请求头 Idempotency-Key 不是 1 到 255 个可打印字符。"],
        advice: ["Send a random identifier such as a UUID.", "请使用随机标识，例如 UUID。"],
        detail: [],
    }
    IDEMPOTENCY_KEY_MISSING = "idempotency-key-missing", 400 {
        title: ["Idempotency-Key is missing", "缺少幂等键"],
        when: ["The call changes points and comes without the header Idempotency-Key.", "此调用会改变积分，但缺少请求头 Idempotency-Key。"],
        advice: ["Send a random identifier such as a UUID, the same one for every retry.", "请附上随机标识（例如 UUID），重试时使用同一个。"],
        detail: [],
    }
    INSUFFICIENT_POINTS = "insufficient-points", 409 {
        title: ["Not enough points", "积分不足"],
        when: ["There are fewer available points than asked for.", "可用积分少于所需积分。"],
        advice: ["Ask for fewer points; with a new key or reference, try again when there are more.", "请减少积分数量；积分增加后，可用新的键或引用重试。"],
        detail: [["The wallet has {available} available points and {required} were asked for.", "可用积分 {available}，需要 {required}。"], ["The hold has {held} points left and {required} were asked for.", "预留中还剩 {held} 积分，需要 {required}。"]],
    }
    INTERNAL = "internal", 500 {
        title: ["Something failed on our side", "系统内部错误"],
        when: ["Something failed that the caller cannot have caused.", "发生了并非由调用方引起的错误。"],
        advice: ["Send the same request again with the same key; give the instance to support if it stays.", "请用同一个键重发请求；若仍出现，请把 instance 提供给技术支持。"],
        detail: [],
    }
    INVALID_CLIENT = "invalid-client", 401 {
        title: ["Unknown client", "客户端认证失败"],
        when: ["Client and secret do not belong together, or the client's access was taken away.", "客户端与密钥不匹配，或客户端已停用。"],
        advice: ["Send the client's identifier and the token it was registered with.", "请发送客户端标识及登记时得到的令牌。"],
        detail: [],
    }
    INVALID_FIELD = "invalid-field", 422 {
        title: ["A field is not valid", "字段不正确"],
        when: ["A field of the body is missing or not what it must be.", "请求内容缺少字段，或字段不符合要求。"],
        advice: ["Correct the field that errors[0].pointer names.", "请修改 errors[0].pointer 指明的字段。"],
        detail: [["{pointer} {must}.", "{pointer} {must}。"], ["{pointer} must not have more than {limit} items.", "{pointer} 不能超过 {limit} 项。"]],
    }
    INVALID_PARAMETER = "invalid-parameter", 422 {
        title: ["A parameter is not valid", "参数不正确"],
        when: ["A parameter of the address is not what it must be.", "地址中的参数不符合要求。"],
        advice: ["Correct the parameter that is named.", "请修改指明的参数。"],
        detail: [["{parameter} {must}.", "{parameter} {must}。"]],
    }
    INVALID_SCOPE = "invalid-scope", 400 {
        title: ["Not the client's scope", "权限超出范围"],
        when: ["A token was asked for with a scope that there is none of or that the client lacks.", "申请的权限不存在，或客户端没有该权限。"],
        advice: ["Ask for scopes that the client was registered with.", "请只申请客户端登记时的权限。"],
        detail: [],
    }
    INVALID_TOKEN_REQUEST = "invalid-token-request", 400 {
        title: ["Not a token request", "令牌请求无效"],
        when: ["The form lacks grant_type, or has a field twice.", "表单缺少 grant_type，或字段重复。"],
        advice: ["Send grant_type=client_credentials as a form.", "请以表单发送 grant_type=client_credentials。"],
        detail: [],
    }
    ISSUANCE_STOPPED = "issuance-stopped", 409 {
        title: ["No more points for now", "已达计划发放上限"],
        when: ["Rules gave as many points of a unit today or this month as the program gives to all members together.", "规则当日或当月对全体会员发放的积分已达计划设定的上限。"],
        advice: ["Nothing: the answer stands. Operators look at the day's campaigns, and may raise the threshold in abuse.yaml.", "无需处理，结果有效。运营人员应核查当日活动，必要时在 abuse.yaml 中提高阈值。"],
        detail: [["{issued} {unit} were given this {per}; the program gives {limit} at most.", "本期（{per}）已发放 {issued} {unit}，计划上限为 {limit}。"]],
    }
    LIMIT_EXCEEDED = "limit-exceeded", 409 {
        title: ["A limit is reached", "已达上限"],
        when: ["A wallet or record is as large as it may get.", "钱包或记录已达允许的最大规模。"],
        advice: ["Use or end some of what is there first.", "请先使用或结束一部分。"],
        detail: [["There may be {maximum} {limit}.", "{limit} 最多为 {maximum}。"], ["The limit of {limit} is reached.", "已达 {limit} 的上限。"]],
    }
    MALFORMED_JSON = "malformed-json", 400 {
        title: ["The body is not JSON", "请求内容不是 JSON"],
        when: ["The body cannot be read as JSON in UTF-8.", "请求内容不是 UTF-8 编码的 JSON。"],
        advice: ["Correct the body at the place that is named.", "请修改指明位置的内容。"],
        detail: [["The body cannot be read: {reason}.", "无法读取请求内容：{reason}。"]],
    }
    MEMBER_ERASED = "member-erased", 409 {
        title: ["Member erased", "会员信息已删除"],
        when: ["Personal data would be kept of a person who was erased.", "要为已删除个人信息的会员保存个人信息。"],
        advice: ["Enroll the person anew under another identifier, if they wish.", "如本人愿意，请用新的标识重新登记。"],
        detail: [["The personal data of member {member} was erased and is not kept again.", "会员 {member} 的个人信息已删除，不再保存。"]],
    }
    MEMBER_EXISTS = "member-exists", 409 {
        title: ["Member exists", "会员已存在"],
        when: ["A member with this identifier exists.", "已有使用该标识的会员。"],
        advice: ["Use the member that exists, or another identifier.", "请使用已有会员，或换一个标识。"],
        detail: [["There is a member {member} already.", "会员 {member} 已存在。"]],
    }
    MEMBER_UNKNOWN = "member-unknown", 404 {
        title: ["No such member", "没有该会员"],
        when: ["No member has this identifier.", "没有使用该标识的会员。"],
        advice: ["Enroll the member first.", "请先登记该会员。"],
        detail: [["There is no member {member}.", "没有会员 {member}。"]],
    }
    METHOD_NOT_ALLOWED = "method-not-allowed", 405 {
        title: ["Method not allowed", "不支持该方法"],
        when: ["The address exists and does not know this method.", "地址存在，但不支持该方法。"],
        advice: ["Use one of the methods that the header Allow names.", "请使用响应头 Allow 列出的方法。"],
        detail: [],
    }
    NOT_ASSESSED = "not-assessed", 409 {
        title: ["Nothing to assess by", "规则未设等级评定"],
        when: ["The rule book has no scores that members could be assessed by.", "现行规则未设等级分，无法评定。"],
        advice: ["Describe under `ascent` of tiers.yaml how members rise and fall.", "请在 tiers.yaml 的 `ascent` 中设定升降级办法。"],
        detail: [],
    }
    NOT_FOUND = "not-found", 404 {
        title: ["No such address", "没有该地址"],
        when: ["Nothing is at this address.", "该地址不存在。"],
        advice: ["Look at /docs for what there is.", "请查看 /docs。"],
        detail: [["Nothing is at {path}.", "{path} 不存在。"]],
    }
    NOT_READY = "not-ready", 503 {
        title: ["Not ready", "尚未就绪"],
        when: ["The store cannot be used right now.", "存储暂时不可用。"],
        advice: ["Wait; send requests elsewhere until this answers 200.", "请等待；在返回 200 之前请勿发送请求。"],
        detail: [],
    }
    NOT_SIGNED_IN = "not-signed-in", 403 {
        title: ["No such sign-in", "没有进行中的登录"],
        when: ["The step belongs to a person's sign-in that has not begun, has ended, or is another's.", "该步骤所属的登录尚未开始、已结束或不属于当前浏览器。"],
        advice: ["Begin with POST /v1/sign-in.", "请从 POST /v1/sign-in 重新开始。"],
        detail: [],
    }
    NOTICE_TOO_SHORT = "notice-too-short", 409 {
        title: ["Notice is too short", "公告期不足"],
        when: ["A change to members' disadvantage would take effect sooner than the program promises to tell them.", "对会员不利的变更将早于承诺的公告期生效。"],
        advice: ["Publish it with a later beginning, or leave out what is to members' disadvantage.", "请推迟生效时间，或去掉对会员不利的内容。"],
        detail: [["Members are told {days} days before: the earliest beginning is {earliest_from}.", "须提前 {days} 天公告，最早可于 {earliest_from} 生效。"]],
    }
    ORDER_ALREADY_COUNTED = "order-already-counted", 409 {
        title: ["Order was counted", "订单已计"],
        when: ["The order has been counted; it earns once.", "订单已经计入，只奖励一次。"],
        advice: ["Nothing: the answer stands.", "无需处理，结果有效。"],
        detail: [["The order {order} has been counted.", "订单 {order} 已经计入。"]],
    }
    ORDER_AMOUNTS_DISAGREE = "order-amounts-disagree", 422 {
        title: ["Amounts do not add up", "金额不一致"],
        when: ["The amounts of the order do not add up.", "订单金额前后不一致。"],
        advice: ["Explain the difference with discount, shipping and points_paid.", "请用 discount、shipping 和 points_paid 说明差额。"],
        detail: [
            ["The lines explain {explained} and {amount} was paid.", "明细合计 {explained}，实付 {amount}。"],
            ["The order says that points paid {points_paid}; its deduction says {deducted}.", "订单称积分抵扣 {points_paid}，抵扣记录为 {deducted}。"],
            ["The order's bill is {bill}; its deduction was made for {deduction_bill}.", "订单账单为 {bill}，抵扣时的账单为 {deduction_bill}。"],
        ],
    }
    ORDER_OF_ANOTHER_MEMBER = "order-of-another-member", 409 {
        title: ["Order of another member", "订单属于其他会员"],
        when: ["The order belongs to another member than the event names.", "订单属于另一位会员。"],
        advice: ["Check the event's subject and order.", "请检查事件的 subject 和订单号。"],
        detail: [["The order {order} belongs to another member.", "订单 {order} 属于另一位会员。"]],
    }
    ORDER_PARKED = "order-parked", 409 {
        title: ["Order is not known yet", "订单尚未到达"],
        when: ["The order is not known yet; what was said of it waits until it comes.", "订单尚未到达，相关信息会等待订单到来。"],
        advice: ["Nothing: it is counted when the order comes.", "无需处理，订单到达后会自动计入。"],
        detail: [["The order {order} is not known yet; this waits for it.", "订单 {order} 尚未到达，正在等待。"]],
    }
    ORDER_UNDONE = "order-undone", 409 {
        title: ["Order was undone", "订单已撤销"],
        when: ["The order's payment was undone.", "订单的付款已被撤销。"],
        advice: ["Nothing: a later payment counts again.", "无需处理，之后的付款会重新计入。"],
        detail: [["The payment of the order {order} was undone.", "订单 {order} 的付款已被撤销。"]],
    }
    OUT_OF_STOCK = "out-of-stock", 409 {
        title: ["Out of stock", "库存不足"],
        when: ["Fewer pieces are left than asked for.", "剩余数量少于所需数量。"],
        advice: ["Ask for fewer pieces, or look for another reward.", "请减少数量，或选择其他商品。"],
        detail: [["{remaining} pieces are left and {required} were asked for.", "剩余 {remaining} 件，需要 {required} 件。"]],
    }
    OUTSIDE_GRANT = "outside-grant", 422 {
        title: ["Beyond what your place may change", "超出本地权限"],
        when: ["Somebody who works for a place changes more of the rule book than places may do on their own.", "下级机构人员的修改超出了本地权限。"],
        advice: ["Change only rules of your place, within what local.yaml grants, or ask the center.", "请只修改本机构的规则，并遵守 local.yaml 的上限，或联系总部。"],
        detail: [["{count} changes are beyond it, the first: {first}", "有 {count} 处超出权限，第一处：{first}"]],
    }
    PAYLOAD_TOO_LARGE = "payload-too-large", 413 {
        title: ["Too large", "内容过大"],
        when: ["The body is larger than is accepted.", "请求内容超过上限。"],
        advice: ["Send less at once.", "请减少单次发送的内容。"],
        detail: [["{limit} bytes are accepted.", "最多接受 {limit} 字节。"]],
    }
    PAYMENT_MISMATCH = "payment-mismatch", 409 {
        title: ["Another amount was paid", "支付金额不符"],
        when: ["Another amount was paid than the redemption costs.", "支付金额与兑换应付金额不同。"],
        advice: ["Give the money back and pay the amount of the redemption, with a new reference.", "请退回款项，并按应付金额以新的引用支付。"],
        detail: [["{paid} was paid and {required} is to be paid, in minor units.", "已支付 {paid}，应支付 {required}（最小货币单位）。"]],
    }
    PLAN_DECIDED = "plan-decided", 409 {
        title: ["Plan was decided on", "方案已处理"],
        when: ["The plan of prices was carried out or dismissed before.", "该调价方案已执行或已驳回。"],
        advice: ["Make a new plan.", "请重新生成方案。"],
        detail: [["Its state is {state}.", "当前状态：{state}。"]],
    }
    PROVIDER_ANSWER_INVALID = "provider-answer-invalid", 403 {
        title: ["Sign-in elsewhere was not proven", "企业登录验证未通过"],
        when: ["What came back from the company's own sign-in is of another browser, too old, or not signed as it must be.", "企业登录返回的结果属于其他浏览器、已过期或签名无效。"],
        advice: ["Begin again on the sign-in page. If it stays so, have whoever runs the server look at its log.", "请从登录页面重新开始；若仍失败，请由系统管理员查看日志。"],
        detail: [],
    }
    PROVIDER_AWAY = "provider-away", 503 {
        title: ["The company's own sign-in does not answer", "企业登录服务无响应"],
        when: ["The provider cannot be reached, or does not answer as providers do.", "无法连接企业登录服务，或其应答不符合规范。"],
        advice: ["Try again later, or sign in with a password.", "请稍后再试，或使用密码登录。"],
        detail: [],
    }
    PROVIDER_PERSON_UNKNOWN = "provider-person-unknown", 403 {
        title: ["Not on the staff here", "尚未登记为员工"],
        when: ["The company's own sign-in knows the person, and nobody on the staff has that address or login, or may sign in with it.", "企业登录已确认身份，但没有员工使用该邮箱或登录名，或该员工已停用。"],
        advice: ["Ask whoever manages staff here to add you with the address that the company's sign-in has verified.", "请联系员工管理者，以企业登录中已验证的邮箱为您登记。"],
        detail: [],
    }
    QUOTE_EXPIRED = "quote-expired", 409 {
        title: ["Quote has expired", "报价已过期"],
        when: ["The quoted price does not hold any more.", "报价已不再有效。"],
        advice: ["Ask for a new quote.", "请重新询价。"],
        detail: [["The price held until {expired_at}.", "报价有效期至 {expired_at}。"]],
    }
    RATE_LIMITED = "rate-limited", 429 {
        title: ["Too many requests", "请求过于频繁"],
        when: ["The client has used up its rate.", "该客户端已用完请求配额。"],
        advice: ["Wait the seconds that Retry-After names; send events in batches.", "请等待 Retry-After 指明的秒数；事件可批量发送。"],
        detail: [["{limit} requests in {window} seconds are accepted.", "每 {window} 秒最多 {limit} 个请求。"]],
    }
    RATED_ALREADY = "rated-already", 409 {
        title: ["Rated already", "已经评价"],
        when: ["The redemption was rated; each is rated once.", "该兑换已评价，每笔只能评价一次。"],
        advice: ["Nothing: the first rating stands.", "无需处理，以首次评价为准。"],
        detail: [["{redemption} was rated.", "{redemption} 已评价。"]],
    }
    REDEMPTION_CLOSED = "redemption-closed", 409 {
        title: ["Redemption does not allow it", "兑换状态不允许"],
        when: ["The redemption is in a state that does not allow it, or its time is over.", "兑换当前的状态不允许此操作，或已超过期限。"],
        advice: ["Look at the redemption: what was canceled, used or returned stays so.", "请查看兑换记录；已取消、已使用或已退回的不能再变更。"],
        detail: [["The redemption is {state}.", "兑换状态为 {state}。"]],
    }
    REDEMPTION_LIMIT = "redemption-limit", 409 {
        title: ["Limit of redemptions reached", "已达兑换上限"],
        when: ["A limit of points or redemptions of the member's tier is reached.", "已达该会员等级的积分或次数上限。"],
        advice: ["Redeem less at once, or later.", "请减少单次兑换，或稍后再兑换。"],
        detail: [["The limit {limit} is {maximum}; this would be {asked}.", "限制 {limit} 为 {maximum}，本次为 {asked}。"]],
    }
    REFERRAL_REFUSED = "referral-refused", 409 {
        title: ["The invitation does not count", "邀请不成立"],
        when: ["Nobody brings themselves or in a circle, each member is brought once, before the first order and within the days that the rule book names.", "不得自邀或循环邀请；每位会员只能被邀请一次，须在首单之前、规则规定的天数内填写。"],
        advice: ["Nothing is lost: orders earn as they do without an invitation.", "不影响消费积分，订单照常累积。"],
        detail: [["Why: {why}.", "原因：{why}。"]],
    }
    REFUND_EXCEEDS_ORDER = "refund-exceeds-order", 409 {
        title: ["Refund exceeds the order", "退款超过订单"],
        when: ["The refund is larger than what is left of the order.", "退款大于订单剩余金额。"],
        advice: ["Check what has been refunded before.", "请检查此前的退款。"],
        detail: [["{asked} was to be refunded and {left} is left of the order.", "要退 {asked}，订单只剩 {left}。"]],
    }
    REQUEST_TIMEOUT = "request-timeout", 408 {
        title: ["The body came too slowly", "请求内容传输过慢"],
        when: ["The body did not arrive in time.", "请求内容未在规定时间内到达。"],
        advice: ["Send it again.", "请重新发送。"],
        detail: [["The body did not arrive within {seconds} seconds.", "请求内容未在 {seconds} 秒内到达。"]],
    }
    RESET_ENDED = "reset-ended", 409 {
        title: ["Link counts no more", "链接已失效"],
        when: ["The link of the letter was used, is older than half an hour, or was followed by a newer one.", "邮件链接已使用、超过半小时，或已有更新的邮件。"],
        advice: ["Ask for another letter.", "请重新申请邮件。"],
        detail: [],
    }
    REVIEW_DECIDED = "review-decided", 409 {
        title: ["Decided already", "已经审核"],
        when: ["Somebody has decided about this review.", "该事项已有人审核。"],
        advice: ["Nothing: the decision stands.", "无需处理，决定有效。"],
        detail: [["The review was {state}.", "审核结果：{state}。"]],
    }
    REWARD_EXISTS = "reward-exists", 409 {
        title: ["Reward exists", "商品已存在"],
        when: ["A reward with this identifier exists.", "已有使用该标识的商品。"],
        advice: ["Change the one that exists, or choose another identifier.", "请修改已有商品，或换一个标识。"],
        detail: [["There is a reward {reward} already.", "已有商品 {reward}。"]],
    }
    REWARD_UNAVAILABLE = "reward-unavailable", 409 {
        title: ["Reward is not available", "商品暂不可兑换"],
        when: ["The reward is not there for this member now.", "该商品目前不对该会员开放。"],
        advice: ["Look at the shelf as this member sees it.", "请查看该会员可见的货架。"],
        detail: [["The reward {reward} is not available ({why}) before {from}.", "商品 {reward} 暂不可兑换（{why}），{from} 起开放。"], ["The reward {reward} is not available ({why}).", "商品 {reward} 不可兑换（{why}）。"]],
    }
    RULE_BOOK_INVALID = "rule-book-invalid", 422 {
        title: ["Rule book has mistakes", "规则有错误"],
        when: ["The rule book has mistakes and cannot be published.", "规则存在错误，不能发布。"],
        advice: ["Check the draft: each mistake is named with its file and line. Mend them and publish again.", "请校验草稿，按提示的文件和行号改正后再发布。"],
        detail: [["There are {mistakes} mistakes, the first: {first}", "共有 {mistakes} 处错误，第一处：{first}"]],
    }
    RULE_BOOK_PUBLISHED = "rule-book-published", 409 {
        title: ["Another version was published", "他人已发布新版本"],
        when: ["Another rule book was published at the same moment.", "同一时刻有另一版规则发布。"],
        advice: ["Check the draft against the new version and publish it again.", "请与新版本比对后再次发布。"],
        detail: [],
    }
    RULE_EXCLUDED = "rule-excluded", 409 {
        title: ["Another rule applied", "已适用其他规则"],
        when: ["A rule that excludes this one applied.", "已适用与此互斥的规则。"],
        advice: ["Nothing: the answer stands.", "无需处理，结果有效。"],
        detail: [["The rule {by} of the group {group} applied.", "已适用组 {group} 中的规则 {by}。"]],
    }
    SANDBOX_OFF = "sandbox-off", 404 {
        title: ["Not a sandbox", "不是沙箱"],
        when: ["The clock can be moved in a sandbox only.", "只有在沙箱中才能调整时钟。"],
        advice: ["Start the server with --sandbox, never on real data.", "请用 --sandbox 启动服务，切勿用于真实数据。"],
        detail: [],
    }
    SECOND_FACTOR_REQUIRED = "second-factor-required", 403 {
        title: ["Second factor needed", "需要二次验证"],
        when: ["The operation is sensitive, and the second factor was last shown more than five minutes ago.", "该操作较为敏感，距上次二次验证已超过五分钟。"],
        advice: ["Show a code with POST /v1/session/confirm and send the request again.", "请用 POST /v1/session/confirm 提交验证码后重发请求。"],
        detail: [],
    }
    SIGN_IN_FAILED = "sign-in-failed", 403 {
        title: ["Not let in", "登录失败"],
        when: ["Login and password do not belong together, or the account may not sign in.", "账号与密码不匹配，或账号不可登录。"],
        advice: ["Try again, or reset the password. Five wrong ones in a row lock.", "请重试或重置密码。连续五次错误将被锁定。"],
        detail: [],
    }
    SIGNATURE_INVALID = "signature-invalid", 403 {
        title: ["Signature is not believed", "签名无效"],
        when: ["A call-back is not signed by a key that we know, or was signed too long ago.", "回调未使用已知密钥签名，或签名已过期。"],
        advice: ["Sign the exact body with the shared secret, and send it within five minutes.", "请使用共享密钥对原文签名，并在五分钟内发送。"],
        detail: [["The call-back is not believed: {reason}.", "回调不可信：{reason}。"]],
    }
    SLOT_FULL = "slot-full", 409 {
        title: ["No place is left", "名额不足"],
        when: ["Fewer places of the time are left than the redemption has pieces.", "该时段剩余名额少于兑换件数。"],
        advice: ["Choose another time.", "请选择其他时段。"],
        detail: [["{slot} has {remaining} places left and {required} are wanted.", "{slot} 剩余 {remaining} 个名额，需要 {required} 个。"]],
    }
    SOURCE_NOT_ALLOWED = "source-not-allowed", 403 {
        title: ["Source is not this client's", "事件来源未登记"],
        when: ["The client is not registered for the event's source.", "该客户端未登记此事件来源。"],
        advice: ["Send only events of your own sources, or have the source registered.", "请只发送已登记来源的事件，或申请登记该来源。"],
        detail: [["This client may not send events of {source}.", "该客户端不能发送来源为 {source} 的事件。"]],
    }
    STOCK_RESERVED = "stock-reserved", 409 {
        title: ["Pieces are reserved", "库存已被预留"],
        when: ["More pieces are reserved than would be left.", "预留数量多于设定的库存。"],
        advice: ["Set at least as many as are reserved.", "请设为不少于已预留的数量。"],
        detail: [["{asked} pieces were to be left and {reserved} are reserved.", "要设为 {asked} 件，已预留 {reserved} 件。"]],
    }
    STOPPING = "stopping", 503 {
        title: ["Stopping", "正在停止"],
        when: ["The service is stopping.", "服务正在停止。"],
        advice: ["Send the same request again after the seconds that Retry-After names.", "请在 Retry-After 指明的秒数后重发同一请求。"],
        detail: [],
    }
    STORAGE_AWAY = "storage-away", 503 {
        title: ["Storage away", "存储不可达"],
        when: ["The database cannot be reached, or does not take writes. A request that was cut short was done whole or not at all.", "数据库无法连接或不接受写入。被中断的请求要么全部完成，要么完全没有执行。"],
        advice: ["Send the same request with the same key again after a moment.", "请稍后以相同的键重发同一请求。"],
        detail: [],
    }
    STORAGE_FULL = "storage-full", 503 {
        title: ["No room left", "存储空间不足"],
        when: ["The disk of the store is full. Nothing was changed.", "存储磁盘已满，没有任何改动。"],
        advice: ["Make room; then send the same request again.", "请清理空间，然后重发同一请求。"],
        detail: [],
    }
    SURVEY_ANSWERED = "survey-answered", 409 {
        title: ["Answered already", "已填写"],
        when: ["Each member answers a survey once.", "每位会员每份问卷只能填写一次。"],
        advice: ["Nothing needs to be done.", "无需再次填写。"],
        detail: [["The survey {survey} was answered.", "问卷 {survey} 已填写。"]],
    }
    SURVEY_CLOSED = "survey-closed", 409 {
        title: ["The survey is not open", "问卷未开放"],
        when: ["The survey is over, or has not begun.", "问卷已结束或尚未开始。"],
        advice: ["Look at its days.", "请查看问卷的起止日期。"],
        detail: [["The survey {survey} is open from {from} to {until}.", "问卷 {survey} 的开放日期为 {from} 至 {until}。"]],
    }
    TICKET_CLOSED = "ticket-closed", 409 {
        title: ["The ticket is closed", "该事项已办结"],
        when: ["A ticket that is settled is not answered any more.", "已办结的事项不再答复。"],
        advice: ["Open another one.", "如有需要，请另行提交。"],
        detail: [["The ticket {ticket} is closed.", "事项 {ticket} 已办结。"]],
    }
    TIME_MOVES_FORWARD = "time-moves-forward", 422 {
        title: ["Time moves forward only", "时间只能向前"],
        when: ["The clock was to be moved to an instant that has passed.", "要把时钟调到已经过去的时间。"],
        advice: ["Name a later instant, or begin with a new store.", "请指定更晚的时间，或使用新的存储。"],
        detail: [["It is {now} already.", "现在已是 {now}。"]],
    }
    UNAUTHORIZED = "unauthorized", 401 {
        title: ["Who are you?", "未认证"],
        when: ["The request comes without a valid token.", "请求没有有效的令牌。"],
        advice: ["Send the header Authorization: Bearer with the token of an API client.", "请附上请求头 Authorization: Bearer 和 API 客户端的令牌。"],
        detail: [],
    }
    UNIT_NOT_SPENDABLE = "unit-not-spendable", 409 {
        title: ["Unit cannot be spent", "该积分不可使用"],
        when: ["Points of this unit are held elsewhere or cannot be spent.", "这种积分由其他机构持有，或不可使用。"],
        advice: ["Spend another unit.", "请使用其他积分。"],
        detail: [["{unit} cannot be spent.", "{unit} 不可使用。"]],
    }
    UNIT_UNKNOWN = "unit-unknown", 422 {
        title: ["No such unit", "没有该积分类型"],
        when: ["The unit is not one of the program's.", "该积分类型不属于本计划。"],
        advice: ["Use one of the units that are named.", "请使用列出的积分类型。"],
        detail: [["The program has no unit {unit}; it has {known}.", "本计划没有积分类型 {unit}，可用：{known}。"], ["The program has no unit {unit}.", "本计划没有积分类型 {unit}。"]],
    }
    UNKNOWN = "unknown", 404 {
        title: ["No such thing", "不存在"],
        when: ["The thing addressed does not exist.", "所指的对象不存在。"],
        advice: ["Check the identifier.", "请检查标识。"],
        detail: [
            ["There is no hold {hold}.", "没有预留 {hold}。"],
            ["There is no spend {spend}.", "没有消费 {spend}。"],
            ["There is no survey {survey}.", "没有问卷 {survey}。"],
            ["There is no ticket {ticket}.", "没有申诉或意见 {ticket}。"],
            ["There is no entry {entry}.", "没有积分明细 {entry}。"],
            ["There is no mailing {mailing}.", "没有群发 {mailing}。"],
            ["There is no wake-up {wake_up}.", "没有唤醒 {wake_up}。"],
            ["The rule book has no {plan}.", "现行规则没有 {plan}。"],
            ["There is no API client {client}.", "没有 API 客户端 {client}。"],
            ["There is no order {order}.", "没有订单 {order}。"],
            ["There is no review {review}.", "没有审核 {review}。"],
            ["There is no draft {draft}.", "没有草稿 {draft}。"],
            ["There is no version {version}.", "没有版本 {version}。"],
            ["There is no quote {quote}.", "没有报价 {quote}。"],
            ["There is no redemption {redemption}.", "没有兑换 {redemption}。"],
            ["There is no reward {reward}.", "没有商品 {reward}。"],
            ["There is no voucher {voucher}.", "没有券码 {voucher}。"],
        ],
    }
    UNKNOWN_PARAMETER = "unknown-parameter", 422 {
        title: ["No such parameter", "没有该参数"],
        when: ["The address has a parameter that the call does not know.", "地址中有此调用不认识的参数。"],
        advice: ["Leave it out, or check its spelling.", "请去掉它，或检查拼写。"],
        detail: [["The call knows no parameter {parameter}; it knows {known}.", "此调用没有参数 {parameter}，可用：{known}。"]],
    }
    UNSUPPORTED_GRANT_TYPE = "unsupported-grant-type", 400 {
        title: ["Another way to get a token", "不支持的授权方式"],
        when: ["A token was asked for otherwise than with client credentials.", "未使用客户端凭据方式申请令牌。"],
        advice: ["Send grant_type=client_credentials.", "请使用 grant_type=client_credentials。"],
        detail: [],
    }
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type", 415 {
        title: ["Content type not supported", "不支持该内容类型"],
        when: ["The body's content type is not one the call reads.", "请求内容的类型不是此调用可读取的类型。"],
        advice: ["Send one of the content types that are named.", "请使用列出的内容类型。"],
        detail: [["The call reads {accepted}.", "此调用接受 {accepted}。"]],
    }
    VERSION_IN_FORCE = "version-in-force", 409 {
        title: ["Version has taken effect", "版本已生效"],
        when: ["The version is in force, or was: only what has not taken effect can be withdrawn.", "该版本已经生效，只能撤回尚未生效的版本。"],
        advice: ["Bring an earlier version back as a draft and publish that.", "请恢复较早的版本为草稿并发布。"],
        detail: [["Version {version} has taken effect.", "版本 {version} 已经生效。"]],
    }
    VOTE_CLOSED = "vote-closed", 409 {
        title: ["The vote is not open", "投票未开放"],
        when: ["The vote is over, or has not begun.", "投票已结束或尚未开始。"],
        advice: ["Look at its dates.", "请查看投票时间。"],
        detail: [["The vote {vote} is {state}.", "投票 {vote} 的状态为 {state}。"]],
    }
    VOTE_EXISTS = "vote-exists", 409 {
        title: ["There is such a vote", "投票已存在"],
        when: ["A vote with this identifier exists.", "该标识的投票已存在。"],
        advice: ["Choose another identifier.", "请更换标识。"],
        detail: [["There is a vote {vote}.", "投票 {vote} 已存在。"]],
    }
    VOTED_ALREADY = "voted-already", 409 {
        title: ["Voted already", "已投过票"],
        when: ["Each member has one ballot in a vote.", "每位会员在一次投票中只有一票。"],
        advice: ["Nothing needs to be done.", "无需再次投票。"],
        detail: [["The choice was {option}.", "所选为 {option}。"]],
    }
    VOUCHER_NOT_VALID = "voucher-not-valid", 409 {
        title: ["Voucher is not valid", "券码无效"],
        when: ["The voucher was used, has lapsed or was taken back, or is for other shops.", "券码已使用、已过期、已作废，或不适用于该门店。"],
        advice: ["Look at the redemption it belongs to.", "请查看其所属的兑换记录。"],
        detail: [
            ["The voucher is for other shops: {stores}.", "该券仅适用于门店：{stores}。"],
            ["The voucher was used in shop {store} at {used_at}.", "该券已于 {used_at} 在门店 {store} 核销。"],
            ["The voucher is {state}.", "券码状态为 {state}。"],
        ],
    }
    WAKE_UP_OPEN = "wake-up-open", 409 {
        title: ["A wake-up is running", "唤醒正在进行"],
        when: ["Members are being told already; one wake-up at a time.", "已有唤醒在进行，同一时间只有一次。"],
        advice: ["Wait for it, or stop it.", "请等待其完成或先停止。"],
        detail: [["The wake-up {wake_up} is running.", "唤醒 {wake_up} 正在进行。"]],
    }
    WALLET_FROZEN = "wallet-frozen", 409 {
        title: ["Wallet is frozen", "钱包已冻结"],
        when: ["The wallet is frozen: it earns and does not spend.", "钱包已冻结，可以获得积分但不能使用。"],
        advice: ["Members ask support; operators lift the freeze.", "会员请联系客服，由运营人员解除冻结。"],
        detail: [],
    }
    WALLET_NOT_FROZEN = "wallet-not-frozen", 409 {
        title: ["Wallet is not frozen", "钱包未冻结"],
        when: ["A freeze was to be lifted and there is none.", "要解除冻结，但钱包并未冻结。"],
        advice: ["Nothing: the wallet can be used.", "无需处理，钱包可正常使用。"],
        detail: [],
    }
}

/// The row of a refusal.
pub fn of(code: Code) -> &'static Row {
    let place = TABLE.binary_search_by(|row| row.code.cmp(code.as_str()));
    // A test keeps every code in the table.
    place.map_or(&INTERNAL, |place| TABLE[place])
}
