#include "services/profile-service/core/merges/match_finder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "services/profile-service/core/changes/change_notifier.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/support/fake_clock.h"

namespace clientele::profile {
namespace {

using clientele::testing::FakeClock;
using Pairs = std::set<std::pair<std::string, std::string>>;

const std::vector<std::string> kGiven = {"Ada",   "Bruno", "Clara", "David", "Emma",    "Felix",
                                         "Greta", "Hugo",  "Irene", "Jonas", "Karin",   "Leo",
                                         "Maria", "Nils",  "Olga",  "Paul",  "Quentin", "Rosa"};
const std::vector<std::string> kSurnames = {"Abel",    "Brandt", "Cole",   "Dietrich", "Evans",
                                            "Fischer", "Graham", "Hansen", "Iversen",  "Jensen",
                                            "Keller",  "Larsen", "Meyer",  "Novak",    "Olsen"};

Customer Person(std::mt19937& random, int number) {
  Customer customer;
  customer.id = absl::StrFormat("c%04d", number);
  const std::string& given = kGiven[random() % kGiven.size()];
  const std::string& surname = kSurnames[random() % kSurnames.size()];
  customer.display_name = absl::StrCat(given, " ", surname);
  customer.email = absl::StrCat(given, ".", surname, random() % 100000, "@example.com");
  customer.phone = absl::StrCat("+4917", 10000000 + random() % 80000000);
  customer.region = random() % 2 == 0 ? "DE" : "GB";
  customer.attributes["date_of_birth"] =
      absl::StrFormat("19%02d-%02d-%02d", 40 + random() % 60, 1 + random() % 12, 1 + random() % 28);
  customer.attributes["favorite_color"] = "green";
  customer.create_time = customer.update_time = absl::FromUnixSeconds(1'600'000'000 + number);
  customer.revision = 1;
  return customer;
}

// 400 persons, of whom every tenth is there twice: "d0010" is "c0010" with a typing error and
// another phone.
std::vector<Customer> People() {
  std::mt19937 random(7);
  std::vector<Customer> people;
  for (int i = 0; i < 400; ++i) people.push_back(Person(random, i));
  for (int i = 0; i < 400; i += 10) {
    Customer again = people[static_cast<std::size_t>(i)];
    again.id[0] = 'd';
    std::swap(again.display_name[1], again.display_name[2]);
    if (i % 20 == 0) again.phone = absl::StrCat("+4917", 10000000 + random() % 80000000);
    again.create_time += absl::Hours(1);
    people.push_back(again);
  }
  return people;
}

Pairs PairsOf(const std::vector<Match>& matches) {
  Pairs pairs;
  for (const Match& match : matches) pairs.emplace(match.customer_id, match.other_id);
  return pairs;
}

TEST_CASE("customers who are there twice are found, with what speaks for it") {
  const std::vector<Match> matches = FindMatches(People(), {});
  const Pairs pairs = PairsOf(matches);
  int found = 0;
  for (int i = 0; i < 400; i += 10) {
    found += static_cast<int>(
        pairs.contains({absl::StrFormat("c%04d", i), absl::StrFormat("d%04d", i)}));
  }
  CHECK(found >= 39);
  CHECK(matches.size() <= static_cast<std::size_t>(found) + 1);
  const Match& best = matches.front();
  CHECK(best.probability > 0.99);
  CHECK(std::is_sorted(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
    return a.probability > b.probability;
  }));
  REQUIRE_FALSE(best.reasons.empty());
  CHECK(best.reasons.front().weight > best.reasons.back().weight);
  std::set<std::string> fields;
  for (const MatchReason& reason : best.reasons) {
    fields.insert(reason.field);
    // Reasons name fields and grades, no values.
    CHECK(reason.agreement != "missing");
  }
  CHECK(fields.contains("email"));
  CHECK(fields.contains("date_of_birth"));
  CHECK_FALSE(fields.contains("favorite_color"));
}

TEST_CASE("nobody is proposed who is one person already or was dismissed") {
  std::vector<Customer> people = People();
  const auto at = [&](const std::string& id) {
    return std::find_if(people.begin(), people.end(),
                        [&](const Customer& customer) { return customer.id == id; });
  };
  at("d0010")->survivor_id = "c0010";
  // "d0020" belongs to somebody else, who was told apart from "c0020".
  at("d0020")->survivor_id = "c0021";
  const Pairs pairs = PairsOf(FindMatches(people, {{"c0020", "c0021"}}));
  CHECK_FALSE(pairs.contains({"c0010", "d0010"}));
  CHECK_FALSE(pairs.contains({"c0020", "d0020"}));
  CHECK(pairs.contains({"c0030", "d0030"}));
}

TEST_CASE("a few customers and none make no matches") {
  CHECK(FindMatches({}, {}).empty());
  std::mt19937 random(1);
  CHECK(FindMatches({Person(random, 1)}, {}).empty());
}

std::string Syllables(std::mt19937& random, int count) {
  std::string word;
  for (int i = 0; i < count; ++i) {
    word += "bcdfghklmnprst"[random() % 14];
    word += "aeiou"[random() % 5];
  }
  return word;
}

TEST_CASE("how long a search takes", "[.speed]") {
  const auto count = GENERATE(20'000, 300'000, 950'000);
  std::mt19937 random(3);
  std::vector<std::string> given, surnames;
  for (int i = 0; i < 800; ++i) given.push_back(Syllables(random, 2 + i % 2));
  for (int i = 0; i < 8000; ++i) surnames.push_back(Syllables(random, 2 + i % 3));
  // The smaller of two numbers: some names are common.
  const auto draw = [&](const std::vector<std::string>& names) {
    return names[std::min(random() % names.size(), random() % names.size())];
  };
  const auto phone = [&] { return absl::StrCat("+49", 1'700'000'000 + random() % 90'000'000); };
  std::vector<Customer> people;
  for (int i = 0; i < count; ++i) {
    const std::string first = draw(given);
    const std::string last = draw(surnames);
    people.push_back(
        {.id = absl::StrFormat("c%07d", i),
         .display_name = absl::StrCat(first, " ", last),
         .email = absl::StrCat(first, ".", last, random() % 1000, "@example.com"),
         .phone = phone(),
         .region = random() % 2 == 0 ? "DE" : "GB",
         .attributes = {{"date_of_birth", absl::StrFormat("19%02d-%02d-%02d", 40 + random() % 60,
                                                          1 + random() % 12, 1 + random() % 28)}}});
  }
  for (int i = 0; i < count; i += 20) {
    Customer again = people[static_cast<std::size_t>(i)];
    again.id[0] = 'd';
    if (random() % 2 == 0) std::swap(again.display_name[1], again.display_name[2]);
    if (random() % 2 == 0) again.phone = phone();
    if (random() % 3 == 0) again.email.clear();
    people.push_back(std::move(again));
  }
  const std::clock_t begun = std::clock();
  const std::vector<Match> matches = FindMatches(people, {});
  const double seconds = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  const auto right = std::count_if(matches.begin(), matches.end(), [](const Match& match) {
    return match.customer_id.substr(1) == match.other_id.substr(1);
  });
  WARN(people.size() << " customers: " << seconds << " processor seconds, " << matches.size()
                     << " matches, " << right << " of " << count / 20 << " duplicates");
  CHECK(right >= count / 20 * 99 / 100);
}

struct Finding {
  explicit Finding(double certain = 0)
      : finder(&stores, &stores, &merges, &clock, {.auto_merge_probability = certain}) {
    for (const Customer& customer : People()) {
      REQUIRE(stores.Create({}, {}, customer).ok());
    }
  }
  std::vector<Match> Waiting() { return *stores.ListMatches({}, std::nullopt, 1000); }

  FakeClock clock;
  testing::MemoryStores stores{&clock};
  ChangeNotifier notifier{&stores, &clock};
  Merges merges{&stores, &notifier, {}};
  MatchFinder finder;
};

TEST_CASE("matches wait for somebody unless they are certain enough to merge by themselves") {
  SECTION("nothing merges by itself without the flag") {
    Finding finding;
    REQUIRE(finding.finder.Run({}).ok());
    CHECK(finding.Waiting().size() >= 39);
    CHECK(finding.stores.ListMerges({}, "", INT64_MAX, 1000)->empty());
  }
  SECTION("the older customer stands for the person") {
    Finding finding(0.9);
    REQUIRE(finding.finder.Run({}).ok());
    const auto merged = finding.stores.ListMerges({}, "", INT64_MAX, 1000);
    CHECK(merged->size() >= 35);
    for (const Merge& merge : *merged) {
      CHECK(merge.origin == MergeOrigin::kAutomatic);
      CHECK(merge.probability >= 0.9);
      CHECK(merge.into_id.substr(0, 1) == "c");
    }
    for (const Match& match : finding.Waiting()) CHECK(match.probability < 0.9);
  }
}

TEST_CASE("what was undone is not merged again") {
  Finding finding(0.9);
  REQUIRE(finding.finder.Run({}).ok());
  const Merge undone = finding.stores.ListMerges({}, "", INT64_MAX, 1)->front();
  REQUIRE(finding.merges.Undo({}, {}, undone.id).ok());
  Customer another = People().front();
  another.id = "another";
  another.email = another.phone = another.display_name = "";
  another.attributes.clear();
  REQUIRE(finding.stores.Create({}, {}, another).ok());
  const std::size_t before = finding.stores.ListMerges({}, "", INT64_MAX, 1000)->size();
  REQUIRE(finding.finder.Run({}).ok());
  CHECK(finding.stores.ListMerges({}, "", INT64_MAX, 1000)->size() == before);
  CHECK(finding.stores.Get({}, undone.customer_id)->survivor_id.empty());
}

TEST_CASE("customers are searched again once one of them changed") {
  Finding finding;
  REQUIRE(finding.finder.Run({}).ok());
  const Match first = finding.Waiting().front();
  const auto rename = [&](Customer customer) -> absl::StatusOr<Customer> {
    customer.display_name = "Somebody Else";
    customer.email = "else@example.org";
    customer.phone = "+33123456789";
    customer.attributes["date_of_birth"] = "1901-01-01";
    customer.update_time = finding.clock.Now() + absl::Hours(1000);
    return customer;
  };
  REQUIRE(finding.stores.Update({}, {}, first.other_id, rename).ok());
  REQUIRE(finding.finder.Run({}).ok());
  CHECK_FALSE(PairsOf(finding.Waiting()).contains({first.customer_id, first.other_id}));
}

}  // namespace
}  // namespace clientele::profile
