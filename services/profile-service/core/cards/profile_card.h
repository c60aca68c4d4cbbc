#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_PROFILE_CARD_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_PROFILE_CARD_H_

// A customer's profile as a picture for people: key figures, favorite categories, responses to
// campaigns and coupons, activity over a year, channels and devices. An SVG of 600 units in width
// that reads well from 400 pixels on, with all that it shows as text for screen readers too.
//
//   const std::string svg = RenderProfileCard({customer, profile, months}, "zh-CN");
//
// Pure.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/core/profiles/profiles.h"

namespace clientele::profile {

// What a customer did in one month, UTC.
struct MonthOfActivity {
  absl::CivilMonth month;
  std::int64_t events = 0;
  std::int64_t purchases = 0;  // among the events
};

inline constexpr int kMonthsOnCard = 12;

struct ProfileCard {
  Customer customer;
  Profile profile;
  std::vector<MonthOfActivity> months;  // kMonthsOnCard of them, ascending, also those without any
};

// `language` is a BCP 47 tag.
std::string RenderProfileCard(const ProfileCard& card, absl::string_view language);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_PROFILE_CARD_H_
