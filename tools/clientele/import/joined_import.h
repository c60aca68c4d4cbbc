#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_JOINED_IMPORT_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_JOINED_IMPORT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "tools/clientele/import/cell_rule.h"
#include "tools/clientele/import/import.h"
#include "tools/clientele/import/joined_file.h"

namespace clientele::cli {

struct JoinOptions {
  std::vector<std::string> joins;  // JoinedFile::Open's
  std::vector<std::string> only;   // CellRule::Parse's
  std::set<std::string> wanted;    // columns that the import reads
};

// Adds to each row of a file what other files say of it, before an import takes it: a row for each
// combination of their rows. A row that one of them does not have is rejected; rows that --only
// does not mean are counted and left out. For one thread.
class JoinedImport final : public Import {
 public:
  // Makes the import that takes the rows, once their header is known.
  using Make = std::function<absl::StatusOr<std::unique_ptr<Import>>(
      const std::vector<std::string>& header)>;

  static absl::StatusOr<std::unique_ptr<Import>> Create(const JoinOptions& options,
                                                        const std::vector<std::string>& header,
                                                        const Make& make);

  void Survey(const SourceRow& row) override;
  absl::Status EndSurvey() override { return import_->EndSurvey(); }
  absl::Status Add(SourceRow row) override;
  absl::Status AddMalformed(const SourceRow& row, const std::string& reason) override {
    return import_->AddMalformed(row, reason);
  }
  absl::Status Finish() override { return import_->Finish(); }
  ImportCounts counts() const override { return import_->counts(); }
  std::vector<std::string> notes() const override;

 private:
  JoinedImport() = default;
  // The rows that `row` becomes; an error is why it becomes none. Empty: it is not meant.
  absl::StatusOr<std::vector<SourceRow>> Join(const SourceRow& row) const;

  std::vector<JoinedFile> files_;
  std::vector<CellRule> only_;
  std::unique_ptr<Import> import_;
  std::int64_t left_out_ = 0;
};

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_JOINED_IMPORT_H_
