#include "tools/sample-data/company.h"
#include "tools/sample-data/random_stream.h"

namespace clientele::sample {
namespace {

constexpr int64_t kConsentDay = 86'400;

}  // namespace

std::vector<Consent> MakeConsents(const CompanyOptions& options,
                                  const std::vector<Customer>& customers) {
  std::vector<Consent> consents;
  for (std::size_t i = 0; i < customers.size(); ++i) {
    RandomStream random(options.seed, "consent", i);
    const auto decide = [&](const char* purpose, bool granted, int64_t first_day, int64_t last_day,
                            const char* source) {
      const int64_t days = random.Between(first_day, last_day);
      consents.push_back(
          {.customer = static_cast<int>(i),
           .purpose = purpose,
           .granted = granted,
           .time_seconds = options.end_seconds - days * kConsentDay - random.Below(kConsentDay),
           .text_version = days > 90 ? "2026-01" : "2026-08",
           .source = source});
    };
    // Most are asked when they sign up; some think better of it.
    const bool asked = random.Chance(80);
    if (asked) decide("marketing", random.Chance(75), 100, 170, "sign-up form");
    if (asked && random.Chance(10)) decide("marketing", false, 1, 90, "unsubscribe link");
    if (random.Chance(40)) decide("image-analysis", random.Chance(60), 1, 170, "app settings");
    if (random.Chance(2)) decide("recommendation", false, 1, 170, "account page");
    if (random.Chance(1)) decide("profiling", false, 1, 170, "letter");
  }
  return consents;
}

}  // namespace clientele::sample
