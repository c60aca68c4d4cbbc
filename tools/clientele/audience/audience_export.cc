#include "tools/clientele/audience/audience_export.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/csv/csv_cell.h"
#include "common/status/status_macros.h"

namespace clientele::cli {
namespace {

constexpr std::int64_t kLargestPage = 1000;

std::string CsvLine(const recommend::v1::AudienceMember& member) {
  const recommend::v1::Reason reason =
      member.reasons().empty() ? recommend::v1::Reason() : member.reasons(0);
  return absl::StrCat(csv::CsvCell(absl::StripPrefix(member.customer(), "customers/")), ",",
                      member.score(), ",", csv::CsvCell(reason.code()), ",",
                      csv::CsvCell(reason.text()), ",",
                      csv::CsvCell(absl::StripPrefix(reason.item(), "items/")), "\r\n");
}

absl::Status CannotWrite(const std::string& path) {
  return absl::UnavailableError(absl::StrCat("cannot write ", path));
}

}  // namespace

absl::Status AudienceExport::Read(
    recommend::v1::ListAudienceRequest request, std::int64_t limit,
    absl::FunctionRef<absl::Status(const recommend::v1::AudienceMember&)> take) {
  members_ = 0;
  do {
    const std::int64_t wanted = limit == 0 ? kLargestPage : limit - members_;
    request.set_page_size(static_cast<std::int32_t>(std::min(wanted, kLargestPage)));
    CLIENTELE_ASSIGN_OR_RETURN(const recommend::v1::ListAudienceResponse page, read_page_(request));
    consent_was_checked_ = page.consent_check() == recommend::v1::CONSENT_CHECK_DONE;
    for (const recommend::v1::AudienceMember& member : page.members()) {
      CLIENTELE_RETURN_IF_ERROR(take(member));
      ++members_;
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && (limit == 0 || members_ < limit));
  return absl::OkStatus();
}

absl::Status AudienceExport::WriteCsv(const recommend::v1::ListAudienceRequest& request,
                                      std::int64_t limit, const std::string& path) {
  const std::string partial = path + ".partial";
  std::ofstream file(partial, std::ios::binary | std::ios::trunc);
  file << "customer_id,score,reason_code,reason,reason_item\r\n";
  if (!file) return CannotWrite(path);
  absl::Status status = Read(request, limit, [&](const recommend::v1::AudienceMember& member) {
    file << CsvLine(member);
    return file ? absl::OkStatus() : CannotWrite(path);
  });
  file.close();
  if (status.ok() && !file) status = CannotWrite(path);
  std::error_code error;
  if (status.ok()) {
    std::filesystem::rename(partial, path, error);
    return error ? CannotWrite(path) : absl::OkStatus();
  }
  std::filesystem::remove(partial, error);
  return status;
}

}  // namespace clientele::cli
