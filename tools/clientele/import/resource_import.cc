#include "tools/clientele/import/resource_import.h"

#include <functional>
#include <unordered_set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/text/utf8.h"
#include "tools/clientele/import/columns.h"
#include "tools/clientele/import/decimal.h"
#include "tools/clientele/import/resource_id.h"

namespace clientele::cli {
namespace {

constexpr size_t kBatchRows = 1000;
constexpr size_t kBatchBytes = 2 << 20;

struct Acknowledged {
  int64_t created = 0;
  int64_t existing = 0;
};

template <class Message>
class ResourceImport final : public Import {
 public:
  using Row = std::vector<std::string>;
  using Read = std::function<absl::StatusOr<Message>(const Row&)>;
  using Send = std::function<absl::StatusOr<Acknowledged>(const Message* first, size_t count)>;

  ResourceImport(Read read, Send send, RejectedRows* rejected)
      : read_(std::move(read)), send_(std::move(send)), rejected_(rejected) {}

  absl::Status Add(int64_t line_number, Row fields) override {
    ++counts_.rows;
    for (const std::string& field : fields) {
      if (!text::IsValidUtf8(field)) return Reject(line_number, "the line is not UTF-8", fields);
    }
    absl::StatusOr<Message> message = read_(fields);
    if (!message.ok()) return Reject(line_number, message.status().message(), fields);
    // A batch names each resource once; the second row counts as existing.
    if (names_.contains(message->name())) CLIENTELE_RETURN_IF_ERROR(Flush());
    names_.insert(message->name());
    bytes_ += message->ByteSizeLong();
    messages_.push_back(*std::move(message));
    rows_.push_back({line_number, std::move(fields)});
    if (rows_.size() < kBatchRows && bytes_ < kBatchBytes) return absl::OkStatus();
    return Flush();
  }

  absl::Status AddMalformed(int64_t line_number, const std::string& reason) override {
    ++counts_.rows;
    return Reject(line_number, reason, {});
  }

  absl::Status Finish() override {
    CLIENTELE_RETURN_IF_ERROR(Flush());
    return CheckAcknowledged("rows", counts_.rows,
                             counts_.created + counts_.duplicates + counts_.rejected);
  }

  ImportCounts counts() const override { return counts_; }

 private:
  absl::Status Flush() {
    const auto send = [this](size_t begin, size_t end) -> absl::Status {
      CLIENTELE_ASSIGN_OR_RETURN(const Acknowledged ack,
                                 send_(messages_.data() + begin, end - begin));
      counts_.created += ack.created;
      counts_.duplicates += ack.existing;
      return CheckAcknowledged("rows", static_cast<int64_t>(end - begin),
                               ack.created + ack.existing);
    };
    const auto reject = [this](size_t i, const absl::Status& status) {
      (void)Reject(rows_[i].first, status.message(), rows_[i].second);
    };
    if (!rows_.empty()) {
      CLIENTELE_RETURN_IF_ERROR(SendHalving(0, rows_.size(), send, reject));
    }
    rows_.clear();
    messages_.clear();
    names_.clear();
    bytes_ = 0;
    return absl::OkStatus();
  }

  absl::Status Reject(int64_t line_number, absl::string_view reason, const Row& fields) {
    ++counts_.rejected;
    rejected_->Add(line_number, reason, fields);
    return absl::OkStatus();
  }

  const Read read_;
  const Send send_;
  RejectedRows* const rejected_;
  std::vector<std::pair<int64_t, Row>> rows_;
  std::vector<Message> messages_;
  std::unordered_set<std::string> names_;
  size_t bytes_ = 0;
  ImportCounts counts_;
};

absl::StatusOr<std::string> NameOf(absl::string_view collection, absl::string_view field,
                                   absl::string_view text) {
  const absl::StatusOr<std::string> id = EncodeResourceId(text);
  if (!id.ok()) return absl::InvalidArgumentError(absl::StrCat(field, " ", id.status().message()));
  return absl::StrCat(collection, "/", *id);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Import>> MakeCustomerImport(Suite* suite,
                                                           const std::vector<std::string>& columns,
                                                           const std::vector<std::string>& header,
                                                           RejectedRows* rejected) {
  CLIENTELE_ASSIGN_OR_RETURN(const Columns at,
                             Columns::Create({"customer_id", "display_name", "email", "phone",
                                              "language_code", "region", "attribute."},
                                             columns, header));
  CLIENTELE_RETURN_IF_ERROR(at.Require("customer_id"));
  const auto read =
      [at](const std::vector<std::string>& row) -> absl::StatusOr<profile::v1::Customer> {
    profile::v1::Customer customer;
    CLIENTELE_ASSIGN_OR_RETURN(*customer.mutable_name(),
                               NameOf("customers", "customer_id", at.Get(row, "customer_id")));
    customer.set_display_name(std::string(at.Get(row, "display_name")));
    customer.set_email(std::string(at.Get(row, "email")));
    customer.set_phone(std::string(at.Get(row, "phone")));
    customer.set_language_code(std::string(at.Get(row, "language_code")));
    customer.set_region(std::string(at.Get(row, "region")));
    for (const auto& [name, index] : at.WithPrefix("attribute.")) {
      const absl::string_view value = Columns::At(row, index);
      if (!value.empty()) (*customer.mutable_attributes())[name] = std::string(value);
    }
    return customer;
  };
  const auto send = [suite](const profile::v1::Customer* first,
                            size_t count) -> absl::StatusOr<Acknowledged> {
    profile::v1::BatchCreateCustomersRequest request;
    request.mutable_customers()->Add(first, first + count);
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, suite->CreateCustomers(request));
    return Acknowledged{response.created_count(), response.existing_count()};
  };
  return std::make_unique<ResourceImport<profile::v1::Customer>>(read, send, rejected);
}

absl::StatusOr<std::unique_ptr<Import>> MakeItemImport(Suite* suite,
                                                       const std::vector<std::string>& columns,
                                                       const std::string& currency,
                                                       const std::vector<std::string>& header,
                                                       RejectedRows* rejected) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const Columns at, Columns::Create({"item_id", "title", "description", "category", "price",
                                         "currency_code", "image_uri"},
                                        columns, header));
  CLIENTELE_RETURN_IF_ERROR(at.Require("item_id"));
  CLIENTELE_RETURN_IF_ERROR(at.Require("title"));
  const auto read =
      [at, currency](const std::vector<std::string>& row) -> absl::StatusOr<recommend::v1::Item> {
    recommend::v1::Item item;
    CLIENTELE_ASSIGN_OR_RETURN(*item.mutable_name(),
                               NameOf("items", "item_id", at.Get(row, "item_id")));
    item.set_title(std::string(at.Get(row, "title")));
    item.set_description(std::string(at.Get(row, "description")));
    item.set_category(std::string(at.Get(row, "category")));
    item.set_image_uri(std::string(at.Get(row, "image_uri")));
    if (const absl::string_view text = at.Get(row, "price"); !text.empty()) {
      absl::StatusOr<Decimal> price = ParseDecimal(text);
      const absl::StatusOr<int64_t> micros =
          price.ok() ? ToMicros(*price) : absl::StatusOr<int64_t>(price.status());
      if (!micros.ok()) {
        return absl::InvalidArgumentError(absl::StrCat("price ", micros.status().message()));
      }
      if (*micros < 0) return absl::InvalidArgumentError("price is negative");
      item.set_price_micros(*micros);
      const absl::string_view code = at.Get(row, "currency_code");
      if (*micros > 0) {
        item.set_currency_code(
            absl::AsciiStrToUpper(code.empty() ? absl::string_view(currency) : code));
      }
    }
    return item;
  };
  const auto send = [suite](const recommend::v1::Item* first,
                            size_t count) -> absl::StatusOr<Acknowledged> {
    recommend::v1::BatchCreateItemsRequest request;
    request.mutable_items()->Add(first, first + count);
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, suite->CreateItems(request));
    return Acknowledged{response.created_count(), response.existing_count()};
  };
  return std::make_unique<ResourceImport<recommend::v1::Item>>(read, send, rejected);
}

}  // namespace clientele::cli
