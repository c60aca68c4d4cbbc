#include "tools/clientele/import/consent_import.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/rpc/time_conversion.h"
#include "common/status/status_macros.h"
#include "common/text/utf8.h"
#include "tools/clientele/import/resource_id.h"

namespace clientele::cli {
namespace {

constexpr std::size_t kConsentBatchRows = 500;
constexpr std::array<absl::string_view, 5> kYes = {"granted", "yes", "true", "1", "opt-in"};
constexpr std::array<absl::string_view, 5> kNo = {"withdrawn", "no", "false", "0", "opt-out"};

absl::StatusOr<profile::v1::ConsentState> ReadState(absl::string_view text) {
  const std::string word = absl::AsciiStrToLower(text);
  if (std::find(kYes.begin(), kYes.end(), word) != kYes.end()) {
    return profile::v1::CONSENT_STATE_GRANTED;
  }
  if (std::find(kNo.begin(), kNo.end(), word) != kNo.end()) {
    return profile::v1::CONSENT_STATE_WITHDRAWN;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("state \"", text, "\" is neither granted nor withdrawn"));
}

}  // namespace

const std::vector<std::string>& ConsentFields() {
  static const auto& fields = *new std::vector<std::string>{
      "customer_id", "purpose", "state", "decision_time", "text_version", "source"};
  return fields;
}

absl::StatusOr<std::unique_ptr<ConsentImport>> ConsentImport::Create(
    Suite* suite, const ConsentImportOptions& options, const std::vector<std::string>& header,
    RejectedRows* rejected) {
  CLIENTELE_ASSIGN_OR_RETURN(Columns columns,
                             Columns::Create(ConsentFields(), options.columns, header));
  for (const char* field : {"customer_id", "purpose", "state", "decision_time"}) {
    CLIENTELE_RETURN_IF_ERROR(columns.Require(field));
  }
  return std::unique_ptr<ConsentImport>(
      new ConsentImport(suite, options, std::move(columns), rejected));
}

absl::StatusOr<profile::v1::Consent> ConsentImport::Read(const SourceRow& row) const {
  for (const std::string& field : row.fields) {
    if (!text::IsValidUtf8(field)) return absl::InvalidArgumentError("the line is not UTF-8");
  }
  const absl::StatusOr<std::string> customer =
      EncodeResourceId(columns_.Get(row.fields, "customer_id"));
  if (!customer.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("customer_id ", customer.status().message()));
  }
  profile::v1::Consent consent;
  const std::string purpose = absl::AsciiStrToLower(columns_.Get(row.fields, "purpose"));
  consent.set_name(absl::StrCat("customers/", *customer, "/consents/", purpose));
  CLIENTELE_ASSIGN_OR_RETURN(const profile::v1::ConsentState state,
                             ReadState(columns_.Get(row.fields, "state")));
  consent.set_state(state);
  CLIENTELE_ASSIGN_OR_RETURN(
      const absl::Time time,
      ParseEventTime(columns_.Get(row.fields, "decision_time"), options_.time_format));
  *consent.mutable_decision_time() = rpc::ToTimestamp(time);
  consent.set_text_version(std::string(columns_.Get(row.fields, "text_version")));
  consent.set_source(std::string(columns_.Get(row.fields, "source")));
  if (consent.source().empty()) consent.set_source(options_.source);
  return consent;
}

absl::Status ConsentImport::Add(SourceRow row) {
  ++counts_.rows;
  absl::StatusOr<profile::v1::Consent> consent = Read(row);
  if (!consent.ok()) return Reject(row.line, consent.status().message(), row.raw);
  waiting_.push_back({row.line, std::move(row.raw), *std::move(consent)});
  return waiting_.size() < kConsentBatchRows ? absl::OkStatus() : Flush();
}

absl::Status ConsentImport::AddMalformed(const SourceRow& row, const std::string& reason) {
  ++counts_.rows;
  return Reject(row.line, reason, row.raw);
}

absl::Status ConsentImport::Send(const Outgoing* begin, const Outgoing* end) {
  profile::v1::BatchUpdateConsentsRequest request;
  for (const Outgoing* row = begin; row != end; ++row) *request.add_consents() = row->consent;
  CLIENTELE_ASSIGN_OR_RETURN(const auto response, suite_->UpdateConsents(request));
  counts_.created += response.recorded_count();
  counts_.duplicates += response.duplicate_count();
  return absl::OkStatus();
}

absl::Status ConsentImport::Flush() {
  if (waiting_.empty()) return absl::OkStatus();
  const std::vector<Outgoing> rows = std::exchange(waiting_, {});
  const auto is_of_a_row = [](const absl::Status& status) {
    return absl::IsNotFound(status) || absl::IsInvalidArgument(status);
  };
  absl::Status sent = Send(rows.data(), rows.data() + rows.size());
  if (!is_of_a_row(sent)) return sent;
  for (const Outgoing& row : rows) {
    const absl::Status status = Send(&row, &row + 1);
    if (is_of_a_row(status)) {
      CLIENTELE_RETURN_IF_ERROR(Reject(row.line, status.message(), row.raw));
    } else {
      CLIENTELE_RETURN_IF_ERROR(status);
    }
  }
  return absl::OkStatus();
}

absl::Status ConsentImport::Finish() {
  CLIENTELE_RETURN_IF_ERROR(Flush());
  return CheckAcknowledged("rows", counts_.rows,
                           counts_.created + counts_.duplicates + counts_.rejected);
}

absl::Status ConsentImport::Reject(std::int64_t line, absl::string_view reason,
                                   absl::string_view raw) {
  ++counts_.rejected;
  rejected_->Add(line, reason, raw);
  return absl::OkStatus();
}

}  // namespace clientele::cli
