#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_CARD_TEXTS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_CARD_TEXTS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace clientele::profile {

// The words of a profile card in one language. Immutable and thread-safe.
struct CardTexts {
  // By a BCP 47 tag; English for "" and for languages that there are no texts in.
  static const CardTexts& For(absl::string_view language);

  const char* profile_of;  // $0 is the customer's name
  const char* customer;    // $0 is the customer's id
  const char* purchases;
  const char* net_spending;  // $0 is a currency
  const char* last_seen;
  const char* active_days;
  const char* never;
  const char* today;
  const char* one_day_ago;
  const char* days_ago;  // $0 is a number above 1
  const char* favorite_categories;
  const char* responses;
  const char* campaigns_opened;
  const char* campaigns_clicked;
  const char* coupons_redeemed;
  const char* count_of;  // $0 of $1
  const char* activity;
  const char* events;
  const char* channels;
  const char* devices;
  const char* nothing_known;
  const char* not_profiled;
  const char* made_of;  // $0 is a list of modalities, $1 a date
  const char* behavior;
  const char* text;
  const char* list_separator;
  bool months_by_number;  // "3月", not "Mar"

  std::string DaysAgo(double days) const;
  std::string Month(absl::CivilMonth month) const;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_CARD_TEXTS_H_
