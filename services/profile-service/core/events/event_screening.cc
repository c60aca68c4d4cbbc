#include "services/profile-service/core/events/event_screening.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace clientele::profile {
namespace {

// Parts of user agents of programs, in lower case. Those that end in "bot" are found by that.
constexpr absl::string_view kPrograms[] = {
    // Search engines, previews of links, archives, audits.
    "spider", "crawler", "crawling", "slurp", "mediapartners-google", "google-inspectiontool",
    "googleother", "google-read-aloud", "apis-google", "feedfetcher", "facebookexternalhit",
    "facebookcatalog", "meta-externalagent", "whatsapp/", "bingpreview", "ia_archiver",
    "archive.org", "chatgpt-user", "anthropic-ai", "claude-web", "perplexity-user", "ptst/",
    "chrome-lighthouse", "google page speed", "gtmetrix", "pingdom", "statuscake", "site24x7",
    "validator", "monitoring",
    // Browsers that a program drives.
    "headlesschrome", "phantomjs", "slimerjs", "selenium", "puppeteer", "playwright", "cypress/",
    // Libraries and tools.
    "curl/", "wget/", "libwww-perl", "lwp::", "python-requests", "python-urllib", "python-httpx",
    "aiohttp/", "scrapy", "go-http-client", "java/", "apache-httpclient", "node-fetch", "axios/",
    "got (", "httpie/", "postmanruntime", "insomnia/", "guzzlehttp", "winhttp", "httrack", "nutch",
    "masscan", "nmap", "nikto", "sqlmap", "zgrab"};

// Phones of the brand Cubot are none.
constexpr absl::string_view kNoBot = "cubot";

// "Googlebot/2.1", "AdsBot-Google", "bot", but not "robotics" or "CUBOT X30".
bool NamesBot(absl::string_view lower) {
  constexpr absl::string_view kBot = "bot";
  for (std::size_t at = lower.find(kBot); at != absl::string_view::npos;
       at = lower.find(kBot, at + kBot.size())) {
    const std::size_t end = at + kBot.size();
    if (end < lower.size() && absl::ascii_isalpha(lower[end])) continue;
    if (absl::EndsWith(lower.substr(0, end), kNoBot)) continue;
    return true;
  }
  return false;
}

}  // namespace

bool IsRobot(absl::string_view user_agent) {
  if (user_agent.empty()) return false;
  const std::string lower = absl::AsciiStrToLower(user_agent);
  return NamesBot(lower) ||
         std::any_of(std::begin(kPrograms), std::end(kPrograms),
                     [&](absl::string_view part) { return absl::StrContains(lower, part); });
}

std::array<RateWindow, 2> WindowsOf(const RateLimits& limits) {
  return {{{absl::Minutes(1), limits.per_minute}, {absl::Hours(1), limits.per_hour}}};
}

bool ScreensRate(const Event& event) {
  return event.left_out != LeftOut::kRobot &&
         std::find(kHandMade.begin(), kHandMade.end(), event.type) != kHandMade.end();
}

absl::Time WindowStart(absl::Time time, absl::Duration length) {
  return absl::UnixEpoch() + absl::Floor(time - absl::UnixEpoch(), length);
}

}  // namespace clientele::profile
