#include "services/recommend-service/core/interactions/preference.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::recommend {
namespace {

using Catch::Approx;

ItemHistory History(int views, int carts, int purchases, int returns, double rating = 0) {
  ItemHistory history;
  history.views = views;
  history.carts = carts;
  history.purchases = purchases;
  history.returns = returns;
  history.rating = rating;
  return history;
}

double Undismissed(const ItemHistory& history) {
  return Preference(history, {}, absl::UnixEpoch());
}

TEST_CASE("purchases count by their logarithm") {
  CHECK(Undismissed(History(0, 0, 1, 0)) == Approx(1.0));
  CHECK(Undismissed(History(0, 0, 3, 0)) == Approx(2.0));
  CHECK(Undismissed(History(0, 0, 7, 0)) == Approx(3.0));
}

TEST_CASE("views and carts count less than a purchase") {
  CHECK(Undismissed(History(1, 0, 0, 0)) == Approx(0.1));
  CHECK(Undismissed(History(0, 1, 0, 0)) == Approx(0.3));
  CHECK(Undismissed(History(3, 1, 1, 0)) == Approx(0.2 + 0.3 + 1.0));
}

TEST_CASE("returns take purchases back, and a full return is a dislike") {
  CHECK(Undismissed(History(0, 0, 3, 2)) == Approx(1.0));
  CHECK(Undismissed(History(0, 0, 1, 1)) == Approx(-0.5));
  CHECK(Undismissed(History(0, 0, 0, 1)) == Approx(-0.5));
}

TEST_CASE("a rating moves a preference around three stars") {
  CHECK(Undismissed(History(0, 0, 1, 0, 5)) == Approx(2.0));
  CHECK(Undismissed(History(0, 0, 1, 0, 3)) == Approx(1.0));
  CHECK(Undismissed(History(0, 0, 1, 0, 1)) == Approx(0.0));
}

TEST_CASE("a dismissal counts against an item until it ends") {
  const absl::Time then = absl::FromUnixSeconds(1'700'000'000);
  ItemHistory history = History(1, 0, 0, 0);
  history.dismiss_time = then;
  const Dismissals dismissals{.weight = 0.75, .lifetime = absl::Hours(24)};
  CHECK(Preference(history, dismissals, then) == Approx(0.1 - 0.75));
  CHECK(Preference(history, dismissals, then + absl::Hours(24) - absl::Seconds(1)) ==
        Approx(0.1 - 0.75));
  CHECK(Preference(history, dismissals, then + absl::Hours(24)) == Approx(0.1));
  CHECK(Preference(history, {.weight = 0}, then) == Approx(0.1));
  CHECK(Preference(history, {.weight = 5}, then) == -1.0);
  // By default for 90 days; zero is for ever.
  CHECK(Dismissals().EndOf(history) == then + absl::Hours(24 * 90));
  CHECK(Dismissals{.lifetime = absl::ZeroDuration()}.EndOf(history) == absl::InfiniteFuture());
  CHECK(Dismissals{.lifetime = absl::ZeroDuration()}.EndOf(ItemHistory()) == absl::InfinitePast());
}

TEST_CASE("preferences are limited") {
  CHECK(Undismissed(History(1000, 1000, 1000, 0, 5)) == 4.0);
  CHECK(Undismissed(History(0, 0, 0, 5, 1)) == -1.0);
}

TEST_CASE("popularity never falls below zero") {
  CHECK(PopularityWeight(2, 5, 0, 0) == 0);
  CHECK(PopularityWeight(2, 1, 10, 10) == Approx(1 + 3 + 1));
}

}  // namespace
}  // namespace clientele::recommend
