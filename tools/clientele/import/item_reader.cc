#include "tools/clientele/import/item_reader.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/rpc/time_conversion.h"
#include "common/status/status_macros.h"
#include "tools/clientele/import/number_survey.h"

namespace clientele::cli {
namespace {

constexpr char kAttributePrefix[] = "attribute.";

enum class AttributeKind { kText, kNumber, kList };

struct AttributeColumn {
  std::string name;
  AttributeKind kind = AttributeKind::kText;
  int index = 0;
};

// "weight:number" or a name alone.
absl::StatusOr<AttributeColumn> ParseAttributeColumn(const std::string& text, int index) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return AttributeColumn{text, AttributeKind::kText, index};
  const std::string name = text.substr(0, colon);
  const std::string kind = text.substr(colon + 1);
  if (kind == "text") return AttributeColumn{name, AttributeKind::kText, index};
  if (kind == "number") return AttributeColumn{name, AttributeKind::kNumber, index};
  if (kind == "list") return AttributeColumn{name, AttributeKind::kList, index};
  return absl::InvalidArgumentError(absl::StrCat("column \"", kAttributePrefix, text,
                                                 "\": an attribute is of the kind text, "
                                                 "number or list, not \"",
                                                 kind, "\""));
}

// The values of a cell, without empty ones.
std::vector<std::string> ListOf(absl::string_view cell) {
  std::vector<std::string> values;
  for (const absl::string_view value : absl::StrSplit(cell, '|')) {
    const absl::string_view stripped = absl::StripAsciiWhitespace(value);
    if (!stripped.empty()) values.emplace_back(stripped);
  }
  return values;
}

class ItemReader final : public ResourceReader<recommend::v1::Item> {
 public:
  ItemReader(Columns columns, std::vector<AttributeColumn> attributes,
             const ItemImportOptions& options)
      : columns_(std::move(columns)),
        attributes_(std::move(attributes)),
        currency_(options.currency),
        mark_(options.decimal_mark),
        time_format_(options.time_format),
        numbers_(options.decimal_mark) {}

  absl::StatusOr<std::string> Name(const std::vector<std::string>& fields) const override {
    return ResourceName("items", "item_id", columns_.Get(fields, "item_id"));
  }

  void Survey(const std::string& /*name*/, const SourceRow& row) override {
    numbers_.Add(row.line, columns_.Get(row.fields, "price"));
    for (const AttributeColumn& one : attributes_) {
      if (one.kind != AttributeKind::kNumber) continue;
      numbers_.Add(row.line, Columns::At(row.fields, one.index));
    }
  }
  absl::Status EndSurvey() const override { return numbers_.Finish(); }

  absl::StatusOr<OutgoingRow<recommend::v1::Item>> Read(const SourceRow& row) override {
    OutgoingRow<recommend::v1::Item> outgoing;
    recommend::v1::Item& item = outgoing.message;
    CLIENTELE_ASSIGN_OR_RETURN(*item.mutable_name(), Name(row.fields));
    const auto cell = [&](absl::string_view field) {
      return std::string(columns_.Get(row.fields, field));
    };
    item.set_title(cell("title"));
    if (item.title().empty()) return absl::InvalidArgumentError("title is empty");
    item.set_description(cell("description"));
    item.set_category(cell("category"));
    item.set_brand(cell("brand"));
    item.set_image_uri(cell("image_uri"));
    for (const char* field : {"title", "description", "category", "brand", "image_uri"}) {
      if (columns_.Has(field)) outgoing.paths.emplace_back(field);
    }
    ReadLists(row, outgoing);
    if (columns_.Has("price")) {
      CLIENTELE_RETURN_IF_ERROR(ReadPrice(row, item));
      outgoing.paths.emplace_back("price_micros");
      outgoing.paths.emplace_back("currency_code");
    }
    CLIENTELE_RETURN_IF_ERROR(ReadTimes(row, outgoing));
    CLIENTELE_RETURN_IF_ERROR(ReadAttributes(row, outgoing));
    return outgoing;
  }

  const Columns& columns() const override { return columns_; }

  std::vector<std::string> notes() const override {
    const std::string assumption = numbers_.Assumption();
    return assumption.empty() ? std::vector<std::string>() : std::vector{assumption};
  }

 private:
  void ReadLists(const SourceRow& row, OutgoingRow<recommend::v1::Item>& outgoing) const {
    recommend::v1::Item& item = outgoing.message;
    if (columns_.Has("category_path")) {
      std::vector<std::string> path = ListOf(columns_.Get(row.fields, "category_path"));
      if (!path.empty()) {
        item.set_category(std::move(path.back()));
        path.pop_back();
      }
      item.mutable_parent_categories()->Assign(path.begin(), path.end());
      outgoing.paths.insert(outgoing.paths.end(), {"category", "parent_categories"});
    }
    if (columns_.Has("image_uris")) {
      const std::vector<std::string> uris = ListOf(columns_.Get(row.fields, "image_uris"));
      for (const std::string& uri : uris) {
        if (item.image_uri().empty()) {
          item.set_image_uri(uri);
        } else {
          item.add_additional_image_uris(uri);
        }
      }
      outgoing.paths.insert(outgoing.paths.end(), {"image_uri", "additional_image_uris"});
    }
  }

  absl::Status ReadPrice(const SourceRow& row, recommend::v1::Item& item) const {
    const absl::string_view text = columns_.Get(row.fields, "price");
    if (text.empty()) return absl::OkStatus();
    const absl::StatusOr<Decimal> price = ParseDecimal(text, mark_);
    const absl::StatusOr<int64_t> micros =
        price.ok() ? ToMicros(*price) : absl::StatusOr<int64_t>(price.status());
    if (!micros.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("price ", micros.status().message()));
    }
    if (*micros < 0) return absl::InvalidArgumentError("price is negative");
    item.set_price_micros(*micros);
    if (*micros == 0) return absl::OkStatus();
    const absl::string_view code = columns_.Get(row.fields, "currency_code");
    item.set_currency_code(
        absl::AsciiStrToUpper(code.empty() ? absl::string_view(currency_) : code));
    return CheckCurrency("price", text, item.currency_code());
  }

  absl::Status ReadTimes(const SourceRow& row, OutgoingRow<recommend::v1::Item>& outgoing) const {
    const auto read = [&](const char* field, auto set) -> absl::Status {
      if (!columns_.Has(field)) return absl::OkStatus();
      outgoing.paths.emplace_back(field);
      const absl::string_view text = columns_.Get(row.fields, field);
      if (text.empty()) return absl::OkStatus();
      const absl::StatusOr<absl::Time> time = ParseEventTime(text, time_format_);
      if (!time.ok()) {
        return absl::InvalidArgumentError(absl::StrCat(field, " ", time.status().message()));
      }
      set(rpc::ToTimestamp(*time));
      return absl::OkStatus();
    };
    recommend::v1::Item& item = outgoing.message;
    CLIENTELE_RETURN_IF_ERROR(
        read("available_from", [&](auto time) { *item.mutable_available_from() = time; }));
    return read("available_until", [&](auto time) { *item.mutable_available_until() = time; });
  }

  absl::Status ReadAttributes(const SourceRow& row,
                              OutgoingRow<recommend::v1::Item>& outgoing) const {
    for (const AttributeColumn& one : attributes_) {
      outgoing.paths.push_back("attributes." + one.name);
      const absl::string_view cell = Columns::At(row.fields, one.index);
      if (cell.empty()) continue;
      recommend::v1::AttributeValue value;
      if (one.kind == AttributeKind::kText) {
        value.set_text(std::string(cell));
      } else if (one.kind == AttributeKind::kNumber) {
        const absl::StatusOr<Decimal> number = ParseDecimal(cell, mark_);
        if (!number.ok()) {
          return absl::InvalidArgumentError(
              absl::StrCat(kAttributePrefix, one.name, " ", number.status().message()));
        }
        value.set_number(ToDouble(*number));
      } else {
        const std::vector<std::string> values = ListOf(cell);
        value.mutable_list()->mutable_values()->Assign(values.begin(), values.end());
      }
      (*outgoing.message.mutable_attributes())[one.name] = std::move(value);
    }
    return absl::OkStatus();
  }

  const Columns columns_;
  const std::vector<AttributeColumn> attributes_;
  const std::string currency_;
  const DecimalMark mark_;
  const TimeFormat time_format_;
  NumberSurvey numbers_;
};

}  // namespace

const std::vector<std::string>& ItemFields() {
  static const auto& fields = *new std::vector<std::string>{
      "item_id",        "title",           "description",   "category",  "category_path",
      "brand",          "price",           "currency_code", "image_uri", "image_uris",
      "available_from", "available_until", "attribute."};
  return fields;
}

absl::StatusOr<std::unique_ptr<ResourceReader<recommend::v1::Item>>> MakeItemReader(
    Columns columns, const ItemImportOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(columns.Require("item_id"));
  CLIENTELE_RETURN_IF_ERROR(columns.Require("title"));
  for (const auto& [one, other] :
       {std::pair{"category", "category_path"}, std::pair{"image_uri", "image_uris"}}) {
    if (columns.Has(one) && columns.Has(other)) {
      return absl::InvalidArgumentError(absl::StrCat("the file has both ", one, " and ", other,
                                                     ", which say the same: keep one of them"));
    }
  }
  std::vector<AttributeColumn> attributes;
  for (const auto& [text, index] : columns.WithPrefix(kAttributePrefix)) {
    CLIENTELE_ASSIGN_OR_RETURN(AttributeColumn column, ParseAttributeColumn(text, index));
    attributes.push_back(std::move(column));
  }
  return std::make_unique<ItemReader>(std::move(columns), std::move(attributes), options);
}

}  // namespace clientele::cli
