#include "services/profile-service/core/cards/segment_reports.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "common/status/status_macros.h"
#include "services/profile-service/core/features/behavior_vector.h"
#include "services/profile-service/core/segments/rule_book.h"

namespace clientele::profile {
namespace {

constexpr std::size_t kReadAtOnce = 500;  // persons

}  // namespace

absl::StatusOr<std::string> SegmentReports::Render(const RequestContext& context,
                                                   absl::string_view segment_id,
                                                   absl::string_view language) const {
  const absl::Time now = clock_->Now();
  SegmentReport report;
  CLIENTELE_ASSIGN_OR_RETURN(SizedSegment sized, segments_->Get(context, segment_id));
  report.segment = std::move(sized.segment);
  report.sizes = std::move(sized.sizes);
  const absl::CivilDay first = report.sizes.back().day - (kDaysOnReport - 1);
  std::erase_if(report.sizes, [&](const SegmentSize& size) { return size.day < first; });
  CLIENTELE_ASSIGN_OR_RETURN(report.members, LookAt(context, report.segment.id, now));
  CLIENTELE_ASSIGN_OR_RETURN(report.everybody, LookAt(context, std::nullopt, now));
  return RenderSegmentReport(report, language);
}

absl::StatusOr<PersonsTogether> SegmentReports::LookAt(const RequestContext& context,
                                                       const std::optional<std::string>& segment_id,
                                                       absl::Time now) const {
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> drawn,
                             samples_->Sample(context, segment_id, options_.sample));
  const RecordQuery query{.reads = {.behavior = {.totals = true, .categories = true}},
                          .now = now,
                          .affinity = options_.affinity};
  PersonsTogether together;
  std::vector<std::string> persons;
  double interested = 0;
  for (std::size_t begin = 0; begin < drawn.size(); begin += kReadAtOnce) {
    CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
    const auto from = drawn.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto to =
        drawn.begin() + static_cast<std::ptrdiff_t>(std::min(begin + kReadAtOnce, drawn.size()));
    CLIENTELE_ASSIGN_OR_RETURN(
        std::vector<CustomerRecord> records,
        memberships_->ReadRecords(context, std::vector<std::string>(from, to), query));
    for (CustomerRecord& record : records) {
      if (!MayBelong(record, options_.consent)) continue;
      const std::vector<Share> shares = SharesOf(record.behavior.category_affinity);
      persons.push_back(std::move(record.customer_id));
      if (!shares.empty()) ++interested;
      for (const Share& share : shares) together.interests[share.key] += share.share;
    }
  }
  for (auto& [category, share] : together.interests) share /= interested;
  together.persons = static_cast<std::int64_t>(persons.size());
  const absl::CivilMonth last = absl::ToCivilMonth(now, absl::UTCTimeZone());
  const absl::CivilMonth first = last - (kMonthsOnReport - 1);
  for (absl::CivilMonth month = first; month <= last; ++month) {
    together.months.push_back({.month = month});
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<MonthOfPersons> counted,
                             samples_->CountActive(context, persons, first, last));
  for (const MonthOfPersons& month : counted) {
    together.months.at(static_cast<std::size_t>(month.month - first)) = month;
  }
  return together;
}

}  // namespace clientele::profile
