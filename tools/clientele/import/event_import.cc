#include "tools/clientele/import/event_import.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/text/utf8.h"
#include "tools/clientele/import/cell_rule.h"
#include "tools/clientele/import/columns.h"
#include "tools/clientele/import/joined_import.h"
#include "tools/clientele/import/row_checks.h"

namespace clientele::cli {
namespace {

constexpr size_t kMaxReferences = 1000;  // of BatchCreateItems and BatchCreateCustomers

bool AllUtf8(const std::vector<std::string>& fields) {
  return std::all_of(fields.begin(), fields.end(),
                     [](const std::string& field) { return text::IsValidUtf8(field); });
}

}  // namespace

absl::StatusOr<std::unique_ptr<EventImport>> EventImport::Create(
    Suite* suite, const EventImportOptions& options, const std::vector<std::string>& header,
    RejectedRows* rejected) {
  CLIENTELE_ASSIGN_OR_RETURN(EventLineReader reader, EventLineReader::Create(options.line, header));
  return std::unique_ptr<EventImport>(new EventImport(suite, options, std::move(reader), rejected));
}

EventImport::EventImport(Suite* suite, const EventImportOptions& options, EventLineReader reader,
                         RejectedRows* rejected)
    : suite_(suite),
      options_(options),
      reader_(std::move(reader)),
      rejected_(rejected),
      ids_(options.line.source),
      numbers_(options.line.decimal_mark),
      window_(options.window) {}

void EventImport::Survey(const SourceRow& row) {
  if (!WhyNoData(row.fields).empty()) return;
  reader_.Survey(row.line, row.fields, numbers_);
  if (const std::string id = reader_.Identity(row.fields); !id.empty()) {
    survey_.Add(row.line, id, reader_.Content(row.fields));
  }
}

std::vector<std::string> EventImport::notes() const {
  const std::string assumption = numbers_.Assumption();
  return assumption.empty() ? std::vector<std::string>() : std::vector{assumption};
}

absl::Status EventImport::Add(SourceRow row) {
  Tally({.rows = 1});
  std::string why = AllUtf8(row.fields) ? WhyNoData(row.fields) : "the line is not UTF-8";
  if (why.empty()) why = survey_.Conflict(reader_.Identity(row.fields), row.line);
  if (!why.empty()) {
    Reject(row.line, why, row.raw);
    return absl::OkStatus();
  }
  const LineId id = ids_.Next(row.fields);
  if (options_.drop_repeated_lines && id.ordinal > 0) {
    Tally({.repeated_dropped = 1});
    return absl::OkStatus();
  }
  absl::StatusOr<EventLine> line = reader_.Read(row.fields, id.text);
  if (!line.ok()) {
    Reject(row.line, line.status().message(), row.raw);
    return absl::OkStatus();
  }
  batch_bytes_ += line->event.ByteSizeLong();
  batch_.push_back({row.line, std::move(row.raw), *std::move(line)});
  if (batch_.size() < options_.batch_rows && batch_bytes_ < options_.batch_bytes) {
    return absl::OkStatus();
  }
  return Flush();
}

absl::Status EventImport::AddMalformed(const SourceRow& row, const std::string& reason) {
  Tally({.rows = 1});
  Reject(row.line, reason, row.raw);
  return absl::OkStatus();
}

absl::Status EventImport::Finish() {
  CLIENTELE_RETURN_IF_ERROR(Flush());
  CLIENTELE_RETURN_IF_ERROR(window_.Finish());
  const ImportCounts all = counts();
  return CheckAcknowledged("rows", all.rows,
                           all.created + all.duplicates + all.rejected + all.repeated_dropped +
                               all.anonymous_created + all.anonymous_duplicates);
}

ImportCounts EventImport::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

absl::Status EventImport::Flush() {
  if (batch_.empty()) return absl::OkStatus();
  Batch batch = std::move(batch_);
  batch_.clear();
  batch_bytes_ = 0;
  CLIENTELE_RETURN_IF_ERROR(ResolveItems(batch));
  CLIENTELE_RETURN_IF_ERROR(ResolveCustomers(batch));
  auto known = std::make_shared<Batch>();
  auto anonymous = std::make_shared<Batch>();
  for (Pending& pending : batch) {
    const EventLine& line = pending.line;
    const auto item = items_.find(line.item_id);
    const auto customer = customers_.find(line.customer_id);
    if (item != items_.end() && !item->second.empty()) {
      Reject(pending.line_number, item->second, pending.raw);
    } else if (customer != customers_.end() && !customer->second.empty()) {
      Reject(pending.line_number, customer->second, pending.raw);
    } else {
      (line.anonymous() ? anonymous : known)->push_back(std::move(pending));
    }
  }
  if (!known->empty()) {
    CLIENTELE_RETURN_IF_ERROR(window_.Submit([this, known] { return SendEvents(*known); }));
  }
  if (!anonymous->empty()) {
    CLIENTELE_RETURN_IF_ERROR(
        window_.Submit([this, anonymous] { return SendAnonymous(*anonymous); }));
  }
  return absl::OkStatus();
}

absl::Status EventImport::ResolveItems(const Batch& batch) {
  recommend::v1::BatchCheckItemsRequest check;
  std::unordered_set<std::string> asked;
  for (const Pending& pending : batch) {
    const std::string& id = pending.line.item_id;
    if (!id.empty() && !items_.contains(id) && asked.insert(id).second) {
      check.add_names(pending.line.event.item());
    }
  }
  if (check.names().empty()) return absl::OkStatus();
  CLIENTELE_ASSIGN_OR_RETURN(const auto checked, suite_->CheckItems(check));
  for (const std::string& id : asked) items_[id];
  std::unordered_map<std::string, recommend::v1::Item> missing;
  for (const std::string& name : checked.missing_names()) {
    if (!options_.create_items) {
      items_[name.substr(name.find('/') + 1)] =
          absl::StrCat(name, " is not stored: import the items first, or give --create_items");
    } else {
      missing[name].set_name(name);
    }
  }
  if (missing.empty()) return absl::OkStatus();
  // The first title, category and price that the batch has for each.
  for (const Pending& pending : batch) {
    const auto found = missing.find(pending.line.event.item());
    if (found == missing.end()) continue;
    recommend::v1::Item& item = found->second;
    if (item.title().empty()) item.set_title(pending.line.item_title);
    if (item.category().empty()) item.set_category(pending.line.event.category());
    if (item.price_micros() == 0 && pending.line.price_micros.value_or(0) > 0) {
      item.set_price_micros(*pending.line.price_micros);
      const std::string& currency = pending.line.event.currency_code();
      item.set_currency_code(currency.empty() ? options_.line.currency : currency);
    }
  }
  std::vector<recommend::v1::Item> items;
  for (auto& [name, item] : missing) {
    if (item.title().empty()) item.set_title(name.substr(name.find('/') + 1));
    items.push_back(std::move(item));
  }
  return CreateItems(items);
}

absl::Status EventImport::CreateItems(const std::vector<recommend::v1::Item>& items) {
  const auto send = [&](size_t begin, size_t end) -> absl::Status {
    recommend::v1::BatchCreateItemsRequest request;
    for (size_t i = begin; i < end; ++i) *request.add_items() = items[i];
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, suite_->CreateItems(request));
    Tally({.items_created = response.created_count()});
    return CheckAcknowledged("items", static_cast<int64_t>(end - begin),
                             response.created_count() + response.existing_count());
  };
  const auto reject = [&](size_t i, const absl::Status& status) {
    items_[items[i].name().substr(items[i].name().find('/') + 1)] =
        absl::StrCat(items[i].name(), " cannot be made: ", status.message());
  };
  for (size_t begin = 0; begin < items.size(); begin += kMaxReferences) {
    CLIENTELE_RETURN_IF_ERROR(
        SendHalving(begin, std::min(begin + kMaxReferences, items.size()), send, reject));
  }
  return absl::OkStatus();
}

absl::Status EventImport::ResolveCustomers(const Batch& batch) {
  if (!options_.create_customers) return absl::OkStatus();
  std::vector<profile::v1::Customer> customers;
  for (const Pending& pending : batch) {
    const EventLine& line = pending.line;
    if (line.anonymous() || !customers_.try_emplace(line.customer_id).second) continue;
    profile::v1::Customer& customer = customers.emplace_back();
    customer.set_name(line.event.customer());
    customer.set_region(line.customer_region);
  }
  const auto send = [&](size_t begin, size_t end) -> absl::Status {
    profile::v1::BatchCreateCustomersRequest request;
    for (size_t i = begin; i < end; ++i) *request.add_customers() = customers[i];
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, suite_->CreateCustomers(request));
    Tally({.customers_created = response.created_count()});
    return CheckAcknowledged("customers", static_cast<int64_t>(end - begin),
                             response.created_count() + response.existing_count());
  };
  const auto reject = [&](size_t i, const absl::Status& status) {
    customers_[customers[i].name().substr(customers[i].name().find('/') + 1)] =
        absl::StrCat(customers[i].name(), " cannot be made: ", status.message());
  };
  for (size_t begin = 0; begin < customers.size(); begin += kMaxReferences) {
    CLIENTELE_RETURN_IF_ERROR(
        SendHalving(begin, std::min(begin + kMaxReferences, customers.size()), send, reject));
  }
  return absl::OkStatus();
}

absl::Status EventImport::SendEvents(const Batch& batch) {
  // A response explains its first 1000 rejections; what lies behind them is sent
  // again, which changes nothing, until everything is explained.
  size_t begin = 0;
  bool first = true;
  while (begin < batch.size()) {
    profile::v1::BatchCreateEventsRequest request;
    request.set_skip_invalid(true);
    request.set_quarantine_invalid(options_.quarantine);
    for (size_t i = begin; i < batch.size(); ++i) *request.add_events() = batch[i].line.event;
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, suite_->CreateEvents(request));
    CLIENTELE_RETURN_IF_ERROR(CheckAcknowledged(
        "events", static_cast<int64_t>(batch.size() - begin),
        response.created_count() + response.duplicate_count() + response.rejected_count()));
    if (first) {
      Tally({.created = response.created_count(),
             .duplicates = response.duplicate_count(),
             .quarantined = response.quarantined_count()});
    }
    first = false;
    size_t explained = 0;
    for (const profile::v1::EventError& error : response.errors()) {
      const size_t at = begin + static_cast<size_t>(error.index());
      if (error.index() < 0 || at >= batch.size()) continue;
      Reject(batch[at].line_number, error.status().message(), batch[at].raw);
      explained = std::max(explained, at + 1);
    }
    if (response.rejected_count() <= response.errors_size()) return absl::OkStatus();
    if (explained == 0) {
      return absl::InternalError(
          "events were rejected without a reason: look into the log of "
          "profile-service");
    }
    begin = explained;
  }
  return absl::OkStatus();
}

absl::Status EventImport::SendAnonymous(const Batch& batch) {
  const auto send = [&](size_t begin, size_t end) -> absl::Status {
    recommend::v1::BatchCreateAnonymousInteractionsRequest request;
    for (size_t i = begin; i < end; ++i) {
      const profile::v1::Event& event = batch[i].line.event;
      recommend::v1::AnonymousInteraction& interaction = *request.add_interactions();
      interaction.set_item(event.item());
      interaction.set_interaction_id(event.event_id());
      interaction.set_type(event.type());
      *interaction.mutable_interaction_time() = event.event_time();
      interaction.set_quantity(event.quantity());
    }
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, suite_->CreateAnonymousInteractions(request));
    Tally({.anonymous_created = response.created_count(),
           .anonymous_duplicates = response.duplicate_count()});
    return CheckAcknowledged("lines without a customer", static_cast<int64_t>(end - begin),
                             response.created_count() + response.duplicate_count());
  };
  const auto reject = [&](size_t i, const absl::Status& status) {
    Reject(batch[i].line_number, status.message(), batch[i].raw);
  };
  return SendHalving(0, batch.size(), send, reject);
}

void EventImport::Reject(int64_t line_number, absl::string_view reason, absl::string_view raw) {
  rejected_->Add(line_number, reason, raw);
  Tally({.rejected = 1});
}

void EventImport::Tally(const ImportCounts& more) {
  const std::lock_guard lock(mutex_);
  counts_.rows += more.rows;
  counts_.created += more.created;
  counts_.duplicates += more.duplicates;
  counts_.rejected += more.rejected;
  counts_.quarantined += more.quarantined;
  counts_.repeated_dropped += more.repeated_dropped;
  counts_.anonymous_created += more.anonymous_created;
  counts_.anonymous_duplicates += more.anonymous_duplicates;
  counts_.items_created += more.items_created;
  counts_.customers_created += more.customers_created;
}

absl::StatusOr<std::unique_ptr<Import>> MakeEventImport(Suite* suite,
                                                        const EventImportOptions& options,
                                                        const EventJoins& joins,
                                                        const std::vector<std::string>& header,
                                                        RejectedRows* rejected) {
  JoinOptions join{.joins = joins.joins,
                   .only = joins.only,
                   .wanted = {EventFields().begin(), EventFields().end()}};
  for (std::string& name : HeaderNames({}, options.line.columns)) join.wanted.insert(name);
  if (!options.line.price_column.empty()) join.wanted.insert(options.line.price_column);
  if (!options.line.return_if.empty()) {
    join.wanted.insert(HeaderOfRule(options.line.return_if, header));
  }
  for (const std::string& only : joins.only) join.wanted.insert(HeaderOfRule(only, header));
  return JoinedImport::Create(join, header, [&](const std::vector<std::string>& joined) {
    return EventImport::Create(suite, options, joined, rejected);
  });
}

}  // namespace clientele::cli
