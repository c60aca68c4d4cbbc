#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_REPORT_TEXTS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_REPORT_TEXTS_H_

#include "absl/strings/string_view.h"

namespace clientele::profile {

// The words of a segment's report in one language, beside those of cards (card_texts.h). Immutable
// and thread-safe.
struct ReportTexts {
  // By a BCP 47 tag; English for "" and for languages that there are no texts in.
  static const ReportTexts& For(absl::string_view language);

  const char* segment;  // $0 is the segment's id
  const char* rule;
  const char* members;
  const char* change_since;  // $0 is a date
  const char* nobody;
  const char* size_over_time;
  const char* size_on;    // $0 is a size, $1 a date
  const char* size_said;  // $0 and $1 are the smallest and the largest size, $2 and $3 dates
  const char* interests;
  const char* activity;
  const char* active_members;
  const char* buying_members;
  const char* everybody;
  const char* month_said;  // $0 is a month; $1, $2 and $3 are shares: of members active, of members
                           // who bought, and of everybody active
  const char* nothing_known;
  const char* looked_at;  // $0 of $1 members, $2 others, $3 a date
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_REPORT_TEXTS_H_
