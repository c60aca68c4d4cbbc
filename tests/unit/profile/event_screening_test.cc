#include "services/profile-service/core/events/event_screening.h"

#include <catch2/catch_test_macros.hpp>

#include "services/profile-service/core/events/sent_event.h"
#include "tests/contract/profile/samples.h"

namespace clientele::profile::testing {
namespace {

TEST_CASE("programs are known by their user agents") {
  for (const char* agent :
       {"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; "
        "+http://www.bing.com/bingbot.htm) Chrome/103.0.5060.134 Safari/537.36",
        "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
        "AdsBot-Google (+http://www.google.com/adsbot.html)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "HeadlessChrome/119.0.6045.9 Safari/537.36",
        "curl/7.88.1", "Wget/1.21", "python-requests/2.31.0", "Java/17.0.9",
        "Mozilla/5.0 (compatible; GPTBot/1.0; +https://openai.com/gptbot)", "Twitterbot/1.0",
        "SomeBot"}) {
    CAPTURE(agent);
    CHECK(IsRobot(agent));
  }
}

TEST_CASE("people's browsers and apps are no robots, whatever their phone is called") {
  for (const char* agent :
       {"",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/119.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
        "like Gecko) Version/17.1 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/96.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 9; CUBOT_POWER) Chrome/96.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 13; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/119.0 Mobile Safari/537.36 MicroMessenger/8.0.43 Language/zh_CN",
        "okhttp/4.12.0", "ExampleShop/5.2 (Android 14)", "Robotics Weekly/1.0"}) {
    CAPTURE(agent);
    CHECK_FALSE(IsRobot(agent));
  }
}

TEST_CASE("an event is left out from the moment on that a robot sends it") {
  const SentEvent sent{.customer = "customers/42", .event_id = "1", .user_agent = "Googlebot/2.1"};
  CHECK(ToEvent(sent).left_out == LeftOut::kRobot);
  CHECK(ToEvent({.customer = "customers/42", .event_id = "1"}).left_out == LeftOut::kNo);
  // The user agent goes with it into quarantine, so that a replay tells the same.
  Event event = ToEvent(sent);
  event.event_time = kNow;
  CHECK(ToEvent(ToSentEvent(event)).left_out == LeftOut::kRobot);
}

TEST_CASE("rates are told of what a hand does, by whole minutes and hours") {
  CHECK(ScreensRate(MakeEvent("a", "1", EventType::kView)));
  CHECK_FALSE(ScreensRate(MakeEvent("a", "1", EventType::kPurchase)));
  CHECK_FALSE(ScreensRate(MakeEvent("a", "1", EventType::kCampaignOpened)));
  Event robot = MakeEvent("a", "1", EventType::kView);
  robot.left_out = LeftOut::kRobot;
  CHECK_FALSE(ScreensRate(robot));
  const absl::Time minute = absl::FromUnixSeconds(1'700'000'040);
  CHECK(WindowStart(minute, absl::Minutes(1)) == minute);
  CHECK(WindowStart(minute + absl::Seconds(59.9), absl::Minutes(1)) == minute);
  CHECK(WindowStart(minute - absl::Nanoseconds(1), absl::Minutes(1)) == minute - absl::Minutes(1));
  CHECK(WindowStart(absl::FromUnixSeconds(1), absl::Hours(1)) == absl::UnixEpoch());
}

}  // namespace
}  // namespace clientele::profile::testing
