#include "tools/clientele/import/event_line.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/rpc/time_conversion.h"
#include "common/status/status_macros.h"
#include "tools/clientele/import/decimal.h"
#include "tools/clientele/import/event_time.h"
#include "tools/clientele/import/resource_id.h"

namespace clientele::cli {
namespace {

using profile::v1::EventType;

// "quantity: is not a decimal number such as 6.95 or -12".
absl::Status About(absl::string_view field, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(field, " ", status.message()));
}

template <class T>
absl::StatusOr<T> About(absl::string_view field, absl::StatusOr<T> value) {
  if (value.ok()) return value;
  return About(field, value.status());
}

// Whether a line without customer can count for its item.
bool CountsForItem(EventType type) {
  return type == profile::v1::EVENT_TYPE_VIEW || type == profile::v1::EVENT_TYPE_CART ||
         type == profile::v1::EVENT_TYPE_PURCHASE || type == profile::v1::EVENT_TYPE_RETURN;
}

}  // namespace

absl::StatusOr<EventType> ParseEventType(absl::string_view name) {
  std::string upper = absl::AsciiStrToUpper(absl::StripAsciiWhitespace(name));
  if (!absl::StartsWith(upper, "EVENT_TYPE_")) upper = absl::StrCat("EVENT_TYPE_", upper);
  EventType type;
  if (profile::v1::EventType_Parse(upper, &type) && type != profile::v1::EVENT_TYPE_UNSPECIFIED) {
    return type;
  }
  return absl::InvalidArgumentError(
      "is none of view, search, cart, purchase, return, message, social, rating, device, dismiss, "
      "campaign_sent, campaign_opened, campaign_clicked, campaign_unsubscribed, coupon_issued, "
      "coupon_redeemed");
}

absl::StatusOr<EventLineReader> EventLineReader::Create(const EventLineOptions& options,
                                                        const std::vector<std::string>& header) {
  EventLineReader reader;
  reader.options_ = options;
  std::vector<std::string> mappings = options.columns;
  if (!options.price_column.empty()) mappings.push_back("price=" + options.price_column);
  CLIENTELE_ASSIGN_OR_RETURN(const Columns columns,
                             Columns::Create(EventFields(), mappings, header));
  CLIENTELE_RETURN_IF_ERROR(columns.Require("event_time"));
  CLIENTELE_RETURN_IF_ERROR(columns.Require("customer_id"));
  const auto at = [&](const char* field) { return columns.Index(field); };
  reader.at_ = {.event_id = at("event_id"),
                .customer_id = at("customer_id"),
                .type = at("type"),
                .event_time = at("event_time"),
                .item_id = at("item_id"),
                .category = at("category"),
                .quantity = at("quantity"),
                .amount = at("amount"),
                .currency_code = at("currency_code"),
                .text = at("text"),
                .channel = at("channel"),
                .device = at("device"),
                .rating = at("rating"),
                .campaign_id = at("campaign_id"),
                .coupon_id = at("coupon_id"),
                .user_agent = at("user_agent"),
                .price = at("price"),
                .item_title = at("item_title"),
                .customer_region = at("customer_region")};
  for (const std::string& field : columns.Mapped()) {
    reader.mapped_.push_back(columns.Index(field));
  }
  reader.time_format_.format = options.time_format;
  CLIENTELE_ASSIGN_OR_RETURN(reader.time_format_.zone, FindTimeZone(options.time_zone));
  CLIENTELE_ASSIGN_OR_RETURN(reader.default_type_, About("--type", ParseEventType(options.type)));
  if (!options.return_if.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(reader.return_rule_,
                               CellRule::Parse("--return_if", options.return_if, header));
  }
  return reader;
}

absl::Status EventLineReader::ReadIds(const std::vector<std::string>& row, const std::string& id,
                                      EventLine& line) const {
  line.event.set_event_id(id);
  if (const auto text = Columns::At(row, at_.event_id); !text.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(*line.event.mutable_event_id(),
                               About("event_id", EncodeResourceId(text)));
  }
  if (const auto text = Columns::At(row, at_.customer_id); !text.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(line.customer_id, About("customer_id", EncodeResourceId(text)));
    line.event.set_customer(absl::StrCat("customers/", line.customer_id));
  }
  if (const auto text = Columns::At(row, at_.item_id); !text.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(line.item_id, About("item_id", EncodeResourceId(text)));
    line.event.set_item(absl::StrCat("items/", line.item_id));
  }
  if (const auto text = Columns::At(row, at_.campaign_id); !text.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(*line.event.mutable_campaign_id(),
                               About("campaign_id", EncodeResourceId(text)));
  }
  if (const auto text = Columns::At(row, at_.coupon_id); !text.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(*line.event.mutable_coupon_id(),
                               About("coupon_id", EncodeResourceId(text)));
  }
  return absl::OkStatus();
}

absl::Status EventLineReader::ReadTypeAndAmount(const std::vector<std::string>& row,
                                                EventLine& line) const {
  EventType type = default_type_;
  if (const auto text = Columns::At(row, at_.type); !text.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(type, About("type", ParseEventType(text)));
  }
  const bool trades =
      type == profile::v1::EVENT_TYPE_PURCHASE || type == profile::v1::EVENT_TYPE_RETURN;
  Decimal quantity = {trades ? 1 : 0, 0};
  if (const auto text = Columns::At(row, at_.quantity); !text.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(quantity,
                               About("quantity", ParseDecimal(text, options_.decimal_mark)));
  }
  if (quantity.negative() && !trades) {
    return absl::InvalidArgumentError(
        "quantity is negative, which only purchases and returns may be");
  }
  if (quantity.negative()) type = profile::v1::EVENT_TYPE_RETURN;
  if (return_rule_.has_value() && return_rule_->Matches(row)) {
    type = profile::v1::EVENT_TYPE_RETURN;
  }

  std::optional<Decimal> price;
  if (const auto text = Columns::At(row, at_.price); !text.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(price, About("price", ParseDecimal(text, options_.decimal_mark)));
    if (!price->negative()) {
      CLIENTELE_ASSIGN_OR_RETURN(line.price_micros, About("price", ToMicros(*price)));
    }
  }
  Decimal amount;
  if (const auto text = Columns::At(row, at_.amount); !text.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(amount, About("amount", ParseDecimal(text, options_.decimal_mark)));
    if (type == profile::v1::EVENT_TYPE_RETURN) amount = Magnitude(amount);
  } else if (price.has_value()) {
    amount = Times(*price, Magnitude(quantity));
  }
  // Nothing is known of the payer, so the amount of an anonymous line is not kept.
  if (line.anonymous()) amount = {};
  if (amount.negative()) {
    return absl::InvalidArgumentError("amount is negative: neither a purchase nor a return");
  }
  CLIENTELE_ASSIGN_OR_RETURN(const int64_t micros, About("amount", ToMicros(amount)));
  line.event.set_type(type);
  line.event.set_quantity(ToDouble(Magnitude(quantity)));
  line.event.set_amount_micros(micros);
  if (micros > 0) {
    const auto currency = Columns::At(row, at_.currency_code);
    line.event.set_currency_code(
        absl::AsciiStrToUpper(currency.empty() ? options_.currency : currency));
    for (const int column : {at_.amount, at_.price}) {
      CLIENTELE_RETURN_IF_ERROR(CheckCurrency(column == at_.amount ? "amount" : "price",
                                              Columns::At(row, column),
                                              line.event.currency_code()));
    }
  }
  return absl::OkStatus();
}

void EventLineReader::Survey(int64_t line, const std::vector<std::string>& row,
                             NumberSurvey& numbers) const {
  for (const int column : {at_.quantity, at_.price, at_.amount, at_.rating}) {
    if (column >= 0) numbers.Add(line, Columns::At(row, column));
  }
}

std::string EventLineReader::Identity(const std::vector<std::string>& row) const {
  const absl::string_view id = Columns::At(row, at_.event_id);
  if (id.empty()) return "";
  // An event's id is its customer's, or its item's where there is no customer.
  const absl::string_view customer = Columns::At(row, at_.customer_id);
  const absl::string_view item = customer.empty() ? Columns::At(row, at_.item_id) : "";
  return absl::StrCat(customer.size(), ":", customer, item.size(), ":", item, id);
}

std::string EventLineReader::Content(const std::vector<std::string>& row) const {
  std::string content;
  for (const int column : mapped_) {
    const absl::string_view cell = Columns::At(row, column);
    absl::StrAppend(&content, cell.size(), ":", cell);
  }
  return content;
}

const std::vector<std::string>& EventFields() {
  static const auto& fields = *new std::vector<std::string>{
      "event_id",        "customer_id", "type",      "event_time",    "item_id",
      "category",        "quantity",    "amount",    "currency_code", "text",
      "channel",         "device",      "rating",    "price",         "item_title",
      "customer_region", "campaign_id", "coupon_id", "user_agent"};
  return fields;
}

absl::StatusOr<EventLine> EventLineReader::Read(const std::vector<std::string>& row,
                                                const std::string& id) const {
  EventLine line;
  CLIENTELE_RETURN_IF_ERROR(ReadIds(row, id, line));
  CLIENTELE_RETURN_IF_ERROR(ReadTypeAndAmount(row, line));
  profile::v1::Event& event = line.event;
  CLIENTELE_ASSIGN_OR_RETURN(
      const absl::Time time,
      About("event_time", ParseEventTime(Columns::At(row, at_.event_time), time_format_)));
  if (time > options_.latest) return absl::InvalidArgumentError("event_time is in the future");
  *event.mutable_event_time() = rpc::ToTimestamp(time);
  if (const auto text = Columns::At(row, at_.rating); !text.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(const Decimal rating,
                               About("rating", ParseDecimal(text, options_.decimal_mark)));
    event.set_rating(ToDouble(rating));
  }
  event.set_source(options_.source);
  event.set_category(std::string(Columns::At(row, at_.category)));
  event.set_text(std::string(Columns::At(row, at_.text)));
  event.set_channel(std::string(Columns::At(row, at_.channel)));
  event.set_device(std::string(Columns::At(row, at_.device)));
  event.set_user_agent(std::string(Columns::At(row, at_.user_agent)));
  line.item_title = std::string(Columns::At(row, at_.item_title));
  line.customer_region = std::string(Columns::At(row, at_.customer_region));
  if (line.anonymous() && (line.item_id.empty() || !CountsForItem(event.type()))) {
    return absl::InvalidArgumentError(
        "neither a customer nor an item that was viewed, bought or returned is named");
  }
  return line;
}

}  // namespace clientele::cli
