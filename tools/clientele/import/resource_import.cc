#include "tools/clientele/import/resource_import.h"

#include <functional>
#include <map>
#include <unordered_set>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/text/utf8.h"
#include "tools/clientele/import/columns.h"
#include "tools/clientele/import/id_survey.h"
#include "tools/clientele/import/item_reader.h"
#include "tools/clientele/import/resource_reader.h"
#include "tools/clientele/import/resource_sender.h"
#include "tools/clientele/import/row_checks.h"

namespace clientele::cli {
namespace {

constexpr size_t kBatchRows = 1000;
constexpr size_t kBatchBytes = 2 << 20;

template <class Message>
class ResourceImport final : public Import {
 public:
  ResourceImport(std::unique_ptr<ResourceReader<Message>> reader, ResourceCalls<Message> calls,
                 bool update, RejectedRows* rejected)
      : reader_(std::move(reader)),
        rejected_(rejected),
        sender_(std::move(calls), update, &counts_,
                [this](int64_t line, absl::string_view reason, absl::string_view raw) {
                  rejected_->Add(line, reason, raw);
                }) {}

  void Survey(const SourceRow& row) override {
    const absl::StatusOr<std::string> name = reader_->Name(row.fields);
    if (!name.ok() || !WhyNoData(row.fields).empty()) return;
    std::string content;
    const Columns& columns = reader_->columns();
    for (const std::string& field : columns.Mapped()) {
      const absl::string_view cell = columns.Get(row.fields, field);
      absl::StrAppend(&content, cell.size(), ":", cell);
    }
    ids_.Add(row.line, *name, content);
    reader_->Survey(*name, row);
  }

  absl::Status EndSurvey() override { return reader_->EndSurvey(); }

  absl::Status Add(SourceRow row) override {
    ++counts_.rows;
    for (const std::string& field : row.fields) {
      if (!text::IsValidUtf8(field)) return Reject(row, "the line is not UTF-8");
    }
    if (const std::string why = WhyNoData(row.fields); !why.empty()) return Reject(row, why);
    absl::StatusOr<OutgoingRow<Message>> outgoing = reader_->Read(row);
    if (!outgoing.ok()) return Reject(row, outgoing.status().message());
    const std::string& name = outgoing->message.name();
    if (const std::string why = ids_.Conflict(name, row.line); !why.empty()) {
      return Reject(row, why);
    }
    // A batch names each resource once; the second row counts as existing.
    if (names_.contains(name)) CLIENTELE_RETURN_IF_ERROR(Flush());
    names_.insert(name);
    bytes_ += outgoing->message.ByteSizeLong();
    outgoing->line = row.line;
    outgoing->raw = std::move(row.raw);
    rows_.push_back(*std::move(outgoing));
    if (rows_.size() < kBatchRows && bytes_ < kBatchBytes) return absl::OkStatus();
    return Flush();
  }

  absl::Status AddMalformed(const SourceRow& row, const std::string& reason) override {
    ++counts_.rows;
    return Reject(row, reason);
  }

  absl::Status Finish() override {
    CLIENTELE_RETURN_IF_ERROR(Flush());
    return CheckAcknowledged("rows", counts_.rows,
                             counts_.created + counts_.duplicates + counts_.differing +
                                 counts_.updated + counts_.rejected);
  }

  ImportCounts counts() const override { return counts_; }

  std::vector<std::string> notes() const override {
    std::vector<std::string> notes = reader_->notes();
    if (std::string note = sender_.DifferenceNote(); !note.empty()) {
      notes.push_back(std::move(note));
    }
    return notes;
  }

 private:
  absl::Status Flush() {
    absl::Status sent = sender_.Send(rows_);
    rows_.clear();
    names_.clear();
    bytes_ = 0;
    return sent;
  }

  absl::Status Reject(const SourceRow& row, absl::string_view reason) {
    ++counts_.rejected;
    rejected_->Add(row.line, reason, row.raw);
    return absl::OkStatus();
  }

  const std::unique_ptr<ResourceReader<Message>> reader_;
  RejectedRows* const rejected_;
  IdSurvey ids_;
  ImportCounts counts_;
  ResourceSender<Message> sender_;
  std::vector<OutgoingRow<Message>> rows_;
  std::unordered_set<std::string> names_;
  size_t bytes_ = 0;
};

class CustomerReader final : public ResourceReader<profile::v1::Customer> {
 public:
  CustomerReader(Columns columns, BadContactPolicy policy)
      : columns_(std::move(columns)), policy_(policy) {}

  absl::StatusOr<std::string> Name(const std::vector<std::string>& fields) const override {
    return ResourceName("customers", "customer_id", columns_.Get(fields, "customer_id"));
  }

  void Survey(const std::string& name, const SourceRow& row) override {
    const absl::string_view email = columns_.Get(row.fields, "email");
    if (WhyNoEmail(email).empty()) emails_.Add(row.line, name, email);
  }

  absl::StatusOr<OutgoingRow<profile::v1::Customer>> Read(const SourceRow& row) override {
    OutgoingRow<profile::v1::Customer> outgoing;
    profile::v1::Customer& customer = outgoing.message;
    CLIENTELE_ASSIGN_OR_RETURN(*customer.mutable_name(), Name(row.fields));
    const auto cell = [&](absl::string_view field) {
      return std::string(columns_.Get(row.fields, field));
    };
    customer.set_display_name(cell("display_name"));
    customer.set_email(cell("email"));
    customer.set_phone(CleanPhone(cell("phone")));
    customer.set_language_code(cell("language_code"));
    customer.set_region(cell("region"));
    for (const std::string& field : columns_.Mapped()) {
      if (field != "customer_id" && field.find('.') == std::string::npos) {
        outgoing.paths.push_back(field);
      }
    }
    CLIENTELE_RETURN_IF_ERROR(Check("phone", WhyNoPhone(customer.phone()), row.line,
                                    *customer.mutable_phone(), outgoing.paths));
    CLIENTELE_RETURN_IF_ERROR(Check("email", WhyNoEmail(customer.email()), row.line,
                                    *customer.mutable_email(), outgoing.paths));
    for (const auto& [name, index] : columns_.WithPrefix("attribute.")) {
      const absl::string_view value = Columns::At(row.fields, index);
      if (!value.empty()) (*customer.mutable_attributes())[name] = std::string(value);
      outgoing.paths.push_back("attributes." + name);
    }
    return outgoing;
  }

  const Columns& columns() const override { return columns_; }

  std::vector<std::string> notes() const override {
    std::vector<std::string> notes;
    constexpr absl::string_view kDone[] = {"rejected", "emptied", "kept"};
    for (const auto& [reason, found] : bad_) {
      notes.push_back(absl::StrCat(reason, ": ", found.count, " ",
                                   kDone[static_cast<size_t>(policy_)], " (line ", found.line,
                                   found.count > 1 ? " first)" : ")"));
    }
    if (std::string warning = emails_.Warning(); !warning.empty()) {
      notes.push_back(std::move(warning));
    }
    return notes;
  }

 private:
  struct Found {
    int64_t count = 0;
    int64_t line = 0;  // of the first
  };

  // Does with a contact that cannot be one as the policy says.
  absl::Status Check(const std::string& field, const std::string& why, int64_t line,
                     std::string& value, std::vector<std::string>& paths) {
    if (why.empty()) return absl::OkStatus();
    const std::string reason = absl::StrCat(field, " ", why);
    Found& found = bad_[reason];
    if (++found.count == 1) found.line = line;
    if (policy_ == BadContactPolicy::kReject) {
      return absl::InvalidArgumentError(
          absl::StrCat(reason, "; --on_bad_contact empty imports the row without it"));
    }
    if (policy_ == BadContactPolicy::kEmpty) {
      value.clear();
      // What is stored is better than nothing.
      std::erase(paths, field);
    }
    return absl::OkStatus();
  }

  const Columns columns_;
  const BadContactPolicy policy_;
  SharedEmails emails_;
  std::map<std::string, Found> bad_;  // by reason
};

}  // namespace

const std::vector<std::string>& CustomerFields() {
  static const auto& fields = *new std::vector<std::string>{
      "customer_id", "display_name", "email", "phone", "language_code", "region", "attribute."};
  return fields;
}

absl::StatusOr<std::unique_ptr<Import>> MakeCustomerImport(Suite* suite,
                                                           const CustomerImportOptions& options,
                                                           const std::vector<std::string>& header,
                                                           RejectedRows* rejected) {
  CLIENTELE_ASSIGN_OR_RETURN(Columns columns,
                             Columns::Create(CustomerFields(), options.columns, header));
  CLIENTELE_RETURN_IF_ERROR(columns.Require("customer_id"));
  using profile::v1::Customer;
  ResourceCalls<Customer> calls;
  calls.create =
      [suite](const std::vector<const Customer*>& customers) -> absl::StatusOr<Acknowledged> {
    profile::v1::BatchCreateCustomersRequest request;
    for (const Customer* customer : customers) *request.add_customers() = *customer;
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, suite->CreateCustomers(request));
    return Acknowledged{response.created_count(), response.existing_count()};
  };
  calls.get = [suite](const std::string& name) {
    profile::v1::GetCustomerRequest request;
    request.set_name(name);
    return suite->GetCustomer(request);
  };
  calls.update = [suite](Customer customer, const google::protobuf::FieldMask& mask) {
    profile::v1::UpdateCustomerRequest request;
    *request.mutable_customer() = std::move(customer);
    *request.mutable_update_mask() = mask;
    return suite->UpdateCustomer(request);
  };
  return std::make_unique<ResourceImport<Customer>>(
      std::make_unique<CustomerReader>(std::move(columns), options.on_bad_contact),
      std::move(calls), options.update, rejected);
}

absl::StatusOr<std::unique_ptr<Import>> MakeItemImport(Suite* suite,
                                                       const ItemImportOptions& options,
                                                       const std::vector<std::string>& header,
                                                       RejectedRows* rejected) {
  CLIENTELE_ASSIGN_OR_RETURN(Columns columns,
                             Columns::Create(ItemFields(), options.columns, header));
  CLIENTELE_ASSIGN_OR_RETURN(auto reader, MakeItemReader(std::move(columns), options));
  using recommend::v1::Item;
  ResourceCalls<Item> calls;
  calls.create = [suite](const std::vector<const Item*>& items) -> absl::StatusOr<Acknowledged> {
    recommend::v1::BatchCreateItemsRequest request;
    for (const Item* item : items) *request.add_items() = *item;
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, suite->CreateItems(request));
    return Acknowledged{response.created_count(), response.existing_count()};
  };
  calls.get = [suite](const std::string& name) {
    recommend::v1::GetItemRequest request;
    request.set_name(name);
    return suite->GetItem(request);
  };
  calls.update = [suite](Item item, const google::protobuf::FieldMask& mask) {
    recommend::v1::UpdateItemRequest request;
    *request.mutable_item() = std::move(item);
    *request.mutable_update_mask() = mask;
    return suite->UpdateItem(request);
  };
  return std::make_unique<ResourceImport<Item>>(std::move(reader), std::move(calls), options.update,
                                                rejected);
}

}  // namespace clientele::cli
