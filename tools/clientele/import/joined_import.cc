#include "tools/clientele/import/joined_import.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

namespace clientele::cli {

absl::StatusOr<std::unique_ptr<Import>> JoinedImport::Create(const JoinOptions& options,
                                                             const std::vector<std::string>& header,
                                                             const Make& make) {
  if (options.joins.empty() && options.only.empty()) return make(header);
  std::unique_ptr<JoinedImport> import(new JoinedImport());
  std::vector<std::string> joined = header;
  for (const std::string& join : options.joins) {
    CLIENTELE_ASSIGN_OR_RETURN(JoinedFile file, JoinedFile::Open(join, joined, options.wanted));
    joined.insert(joined.end(), file.columns().begin(), file.columns().end());
    import->files_.push_back(std::move(file));
  }
  for (const std::string& only : options.only) {
    CLIENTELE_ASSIGN_OR_RETURN(CellRule rule, CellRule::Parse("--only", only, joined));
    import->only_.push_back(std::move(rule));
  }
  CLIENTELE_ASSIGN_OR_RETURN(import->import_, make(joined));
  return import;
}

absl::StatusOr<std::vector<SourceRow>> JoinedImport::Join(const SourceRow& row) const {
  std::vector<SourceRow> rows = {row};
  for (const JoinedFile& file : files_) {
    std::vector<SourceRow> longer;
    for (const SourceRow& one : rows) {
      const auto& found = file.Find(one.fields);
      if (found.empty()) return absl::InvalidArgumentError(file.WhyNot(one.fields));
      for (const std::vector<std::string>& cells : found) {
        SourceRow& added = longer.emplace_back(one);
        added.fields.insert(added.fields.end(), cells.begin(), cells.end());
      }
    }
    rows = std::move(longer);
  }
  std::erase_if(rows, [&](const SourceRow& one) {
    return !std::all_of(only_.begin(), only_.end(),
                        [&](const CellRule& rule) { return rule.Matches(one.fields); });
  });
  return rows;
}

void JoinedImport::Survey(const SourceRow& row) {
  const absl::StatusOr<std::vector<SourceRow>> rows = Join(row);
  if (!rows.ok()) return;
  for (const SourceRow& one : *rows) import_->Survey(one);
}

absl::Status JoinedImport::Add(SourceRow row) {
  absl::StatusOr<std::vector<SourceRow>> rows = Join(row);
  if (!rows.ok()) return import_->AddMalformed(row, std::string(rows.status().message()));
  if (rows->empty()) ++left_out_;
  for (SourceRow& one : *rows) CLIENTELE_RETURN_IF_ERROR(import_->Add(std::move(one)));
  return absl::OkStatus();
}

std::vector<std::string> JoinedImport::notes() const {
  std::vector<std::string> notes = import_->notes();
  if (left_out_ > 0) notes.push_back(absl::StrCat("left out by --only: ", left_out_, " rows"));
  return notes;
}

}  // namespace clientele::cli
