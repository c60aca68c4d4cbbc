#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_EVENT_IMPORT_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_EVENT_IMPORT_H_

// Imports a file of events; see event_line.h for what a line means.
//
//   auto import = EventImport::Create(&suite, options, header, &rejected);
//   for (...) CLIENTELE_RETURN_IF_ERROR((*import)->Add(line_number, fields));
//   CLIENTELE_RETURN_IF_ERROR((*import)->Finish());
//
// Items and customers are looked up or created batch by batch on the caller's thread,
// once each; events are sent by a few threads. Memory: the ids seen, 24 bytes for
// each different line (and 32 for each event_id of the file), and window + 1 batches.

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "absl/status/statusor.h"

#include "tools/clientele/import/event_line.h"
#include "tools/clientele/import/id_survey.h"
#include "tools/clientele/import/import.h"
#include "tools/clientele/import/line_id.h"
#include "tools/clientele/import/rejected_rows.h"
#include "tools/clientele/import/suite.h"
#include "tools/clientele/import/work_window.h"

namespace clientele::cli {

struct EventImportOptions {
  EventLineOptions line;
  bool create_items = false;         // create unknown items instead of rejecting their lines
  bool create_customers = false;     // likewise for customers
  bool drop_repeated_lines = false;  // count equal lines once
  bool quarantine = false;           // the service keeps the events that it rejects
  size_t batch_rows = 2000;          // at most 5000
  size_t batch_bytes = 2 << 20;
  int window = 4;  // batches in flight
};

// What other files say of the lines (joined_import.h).
struct EventJoins {
  std::vector<std::string> joins;  // "FILE:COLUMN"
  std::vector<std::string> only;   // "CSV header=regular expression"
};

class EventImport final : public Import {
 public:
  // `suite` and `rejected` are borrowed and outlive the import. INVALID_ARGUMENT
  // when options and header do not fit.
  static absl::StatusOr<std::unique_ptr<EventImport>> Create(Suite* suite,
                                                             const EventImportOptions& options,
                                                             const std::vector<std::string>& header,
                                                             RejectedRows* rejected);

  void Survey(const SourceRow& row) override;
  absl::Status EndSurvey() override { return numbers_.Finish(); }
  absl::Status Add(SourceRow row) override;
  absl::Status AddMalformed(const SourceRow& row, const std::string& reason) override;
  absl::Status Finish() override;
  ImportCounts counts() const override;
  std::vector<std::string> notes() const override;

 private:
  struct Pending {
    int64_t line_number;
    std::string raw;
    EventLine line;
  };
  using Batch = std::vector<Pending>;

  EventImport(Suite* suite, const EventImportOptions& options, EventLineReader reader,
              RejectedRows* rejected);

  absl::Status Flush();
  // Both learn about the ids of `batch` that are new.
  absl::Status ResolveItems(const Batch& batch);
  absl::Status ResolveCustomers(const Batch& batch);
  absl::Status CreateItems(const std::vector<recommend::v1::Item>& items);
  absl::Status SendEvents(const Batch& batch);
  absl::Status SendAnonymous(const Batch& batch);
  void Reject(int64_t line_number, absl::string_view reason, absl::string_view raw);
  void Tally(const ImportCounts& more);

  Suite* const suite_;
  const EventImportOptions options_;
  const EventLineReader reader_;
  RejectedRows* const rejected_;
  LineIds ids_;
  IdSurvey survey_;
  NumberSurvey numbers_;
  // Item ids: empty when stored, else why their lines are rejected.
  std::unordered_map<std::string, std::string> items_;
  // Customer ids that were made or found, or why their lines are rejected.
  std::unordered_map<std::string, std::string> customers_;
  Batch batch_;
  size_t batch_bytes_ = 0;
  mutable std::mutex mutex_;
  ImportCounts counts_;
  WorkWindow window_;  // last: its threads use the rest
};

// EventImport::Create over lines that are joined with other files.
absl::StatusOr<std::unique_ptr<Import>> MakeEventImport(Suite* suite,
                                                        const EventImportOptions& options,
                                                        const EventJoins& joins,
                                                        const std::vector<std::string>& header,
                                                        RejectedRows* rejected);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_EVENT_IMPORT_H_
