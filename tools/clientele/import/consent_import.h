#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_CONSENT_IMPORT_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_CONSENT_IMPORT_H_

// Imports what customers decided about the use of their data, one decision a row.
//
//   clientele import consents consents.csv --column decision_time="Opt-in date"
//
// Fields: customer_id, purpose, state, decision_time, text_version, source. A purpose is profiling,
// image-analysis, recommendation, marketing or answer-personalization; a state is granted, yes,
// true, 1 or withdrawn, no, false, 0. A decision that is recorded already counts as a duplicate.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "tools/clientele/import/columns.h"
#include "tools/clientele/import/event_time.h"
#include "tools/clientele/import/import.h"
#include "tools/clientele/import/rejected_rows.h"
#include "tools/clientele/import/suite.h"

namespace clientele::cli {

struct ConsentImportOptions {
  std::vector<std::string> columns;
  TimeFormat time_format;
  std::string source;  // where a row names none
};

// The fields that a column may hold.
const std::vector<std::string>& ConsentFields();

class ConsentImport final : public Import {
 public:
  static absl::StatusOr<std::unique_ptr<ConsentImport>> Create(
      Suite* suite, const ConsentImportOptions& options, const std::vector<std::string>& header,
      RejectedRows* rejected);

  absl::Status Add(SourceRow row) override;
  absl::Status AddMalformed(const SourceRow& row, const std::string& reason) override;
  absl::Status Finish() override;
  ImportCounts counts() const override { return counts_; }

 private:
  struct Outgoing {
    std::int64_t line = 0;
    std::string raw;
    profile::v1::Consent consent;
  };

  ConsentImport(Suite* suite, const ConsentImportOptions& options, Columns columns,
                RejectedRows* rejected)
      : suite_(suite), options_(options), columns_(std::move(columns)), rejected_(rejected) {}

  absl::StatusOr<profile::v1::Consent> Read(const SourceRow& row) const;
  // Sends what waits. A batch with a customer that there is not is sent row by row.
  absl::Status Flush();
  absl::Status Send(const Outgoing* begin, const Outgoing* end);
  absl::Status Reject(std::int64_t line, absl::string_view reason, absl::string_view raw);

  Suite* const suite_;
  const ConsentImportOptions options_;
  const Columns columns_;
  RejectedRows* const rejected_;
  std::vector<Outgoing> waiting_;
  ImportCounts counts_;
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_CONSENT_IMPORT_H_
