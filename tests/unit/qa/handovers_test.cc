#include "services/qa-service/core/handovers/handovers.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "services/qa-service/core/handovers/complaint_topic.h"
#include "services/qa-service/core/handovers/handover_feed.h"
#include "tests/contract/qa/handover_store_contract.h"
#include "tests/contract/qa/memory_handover_store.h"
#include "tests/support/fake_clock.h"

namespace clientele::qa {
namespace {

using clientele::testing::FakeClock;
using testing::HandoverIds;
using testing::HandoverRequest;
using testing::MemoryHandoverStore;
using testing::WishOfPerson;
using IdList = std::vector<std::string>;

struct Desk {
  void Make(const std::string& id) {
    REQUIRE(store.Create(context, HandoverRequest(""), WishOfPerson(id)).ok());
  }
  FakeClock clock{testing::kAMonday + absl::Hours(50)};  // a Wednesday
  MemoryHandoverStore store;
  Handovers handovers{&store, &clock};
  RequestContext context;
};

TEST_CASE("a page follows the other to the last hand-over, of one state") {
  Desk desk;
  for (const char* id : {"a", "b", "c"}) desk.Make(id);
  const auto first = desk.handovers.List(desk.context, HandoverState::kOpen, 2, "");
  REQUIRE(first.ok());
  CHECK(HandoverIds(first->handovers) == IdList{"c", "b"});
  const auto rest =
      desk.handovers.List(desk.context, HandoverState::kOpen, 2, first->next_page_token);
  CHECK(HandoverIds(rest->handovers) == IdList{"a"});
  CHECK(rest->next_page_token.empty());
  for (const std::string& wrong : {first->next_page_token, std::string("nonsense")}) {
    const auto refused = desk.handovers.List(desk.context, std::nullopt, 2, wrong);
    CHECK(absl::IsInvalidArgument(refused.status()));
  }
  CHECK_FALSE(desk.handovers.List(desk.context, std::nullopt, 0, "").ok());
}

TEST_CASE("whoever closes is remembered, once") {
  Desk desk;
  desk.context.caller.name = "eva";
  desk.Make("a");
  const auto close = [&](const std::string& request, HandoverResolution resolution,
                         const std::string& note = "") {
    return desk.handovers.Close(desk.context, HandoverRequest(request), "a", resolution, note);
  };
  CHECK(absl::IsInvalidArgument(close("", HandoverResolution::kNone).status()));
  CHECK(absl::IsInvalidArgument(
      close("", HandoverResolution::kSpam, std::string(4097, 'x')).status()));
  const auto closed = close("r1", HandoverResolution::kResolved, "Rang back.");
  REQUIRE(closed.ok());
  CHECK(closed->state == HandoverState::kClosed);
  CHECK(closed->closed_by == "eva");
  CHECK(closed->close_time == desk.clock.Now());
  CHECK(closed->note == "Rang back.");
  CHECK(close("r1", HandoverResolution::kResolved, "Rang back.").ok());
  CHECK(GetReason(close("r2", HandoverResolution::kSpam).status()) == "HANDOVER_CLOSED");
  CHECK(desk.store.handovers()[0].resolution == HandoverResolution::kResolved);
}

TEST_CASE("a person may say that it is a complaint, or none") {
  Desk desk;
  desk.Make("a");
  CHECK(desk.handovers.SetTopic(desk.context, HandoverRequest(""), "a", ComplaintTopic::kService)
            ->topic == ComplaintTopic::kService);
  CHECK(desk.handovers.SetTopic(desk.context, HandoverRequest(""), "a", ComplaintTopic::kNone)
            ->topic == ComplaintTopic::kNone);
  CHECK(absl::IsInvalidArgument(desk.handovers.Get(desk.context, "no id").status()));
}

TEST_CASE("the report counts whole weeks, this one included") {
  Desk desk;
  desk.Make("a");
  const auto one = desk.handovers.Report(desk.context, 1);
  REQUIRE(one.ok());
  REQUIRE(one->size() == 1);
  CHECK((*one)[0].week_start == testing::kAMonday - absl::Hours(12));
  desk.clock.Advance(absl::Hours(24 * 7));
  CHECK(desk.handovers.Report(desk.context, 1)->empty());
  CHECK(desk.handovers.Report(desk.context, 2)->size() == 1);
  CHECK(desk.handovers.Report(desk.context, 0)->size() == 1);
  CHECK(absl::IsInvalidArgument(desk.handovers.Report(desk.context, 105).status()));
}

TEST_CASE("a week begins on Monday at midnight UTC") {
  const absl::Time monday = testing::kAMonday - absl::Hours(12);
  CHECK(WeekStart(monday) == monday);
  CHECK(WeekStart(monday + absl::Hours(24 * 7) - absl::Nanoseconds(1)) == monday);
  CHECK(WeekStart(monday - absl::Nanoseconds(1)) == monday - absl::Hours(24 * 7));
}

// Follows until `waits` polls found nothing, or the sink has enough.
struct Follower {
  explicit Follower(Desk& desk) : desk(desk) {}

  absl::Status Follow(const std::string& from, int waits) {
    HandoverFeed feed(&desk.store, &desk.clock,
                      {.poll_interval = absl::Seconds(1),
                       .keep_alive = absl::Seconds(3),
                       .batch_size = 2,
                       .wait = [&](const RequestContext&, absl::Duration pause) {
                         pauses.push_back(pause);
                         desk.clock.Advance(pause);
                         if (on_wait) on_wait();
                         if (--waits == 0) source.Cancel();
                         return absl::OkStatus();
                       }});
    RequestContext context;
    context.cancellation = source.token();
    return feed.Follow(context, from, [&](HandoverBatch batch) {
      for (const Handover& handover : batch.handovers) ids.push_back(handover.id);
      keep_alives += batch.handovers.empty() ? 1 : 0;
      cursor = batch.cursor;
      return sink_status;
    });
  }

  Desk& desk;
  CancellationSource source;
  std::function<void()> on_wait;
  IdList ids;
  int keep_alives = 0;
  std::string cursor;
  std::vector<absl::Duration> pauses;
  absl::Status sink_status;
};

TEST_CASE("a follower hears of each hand-over once, in order, and goes on behind its cursor") {
  Desk desk;
  for (const char* id : {"a", "b", "c"}) desk.Make(id);
  Follower first(desk);
  CHECK(absl::IsCancelled(first.Follow("", 1)));
  CHECK(first.ids == IdList{"a", "b", "c"});
  desk.Make("d");
  Follower second(desk);
  second.on_wait = [&, made = false]() mutable {
    if (!std::exchange(made, true)) desk.Make("e");
  };
  CHECK(absl::IsCancelled(second.Follow(first.cursor, 2)));
  CHECK(second.ids == IdList{"d", "e"});
}

TEST_CASE("a quiet stream is kept alive, and begins by saying where it stands") {
  Desk desk;
  Follower follower(desk);
  CHECK(absl::IsCancelled(follower.Follow("", 6)));
  CHECK(follower.keep_alives == 2);  // at 0 and 3 seconds; cancelled at 6
  CHECK_FALSE(follower.cursor.empty());
  CHECK(follower.pauses.front() == absl::Seconds(1));
  desk.Make("a");
  Follower later(desk);
  CHECK(absl::IsCancelled(later.Follow(follower.cursor, 1)));
  CHECK(later.ids == IdList{"a"});
}

TEST_CASE("a follower that leaves ends the stream, and a cursor of elsewhere is refused") {
  Desk desk;
  desk.Make("a");
  Follower leaves(desk);
  leaves.sink_status = absl::CancelledError("left");
  CHECK(absl::IsCancelled(leaves.Follow("", 100)));
  CHECK(leaves.pauses.empty());

  Desk restored;
  restored.Make("of another database");
  Follower lost(restored);
  CHECK(GetReason(lost.Follow(leaves.cursor, 1)) == "RESYNC_REQUIRED");
  Follower wrong(desk);
  CHECK(absl::IsInvalidArgument(wrong.Follow("nonsense", 1)));
}

TEST_CASE("a complaint is told from a wish, by topic") {
  const std::pair<const char*, ComplaintTopic> messages[] = {
      {"My parcel still has not arrived, let me talk to a human", ComplaintTopic::kDelivery},
      {"Where is it? The courier lost my package. Agent!", ComplaintTopic::kDelivery},
      {"My order is lost, talk to a human", ComplaintTopic::kDelivery},
      {"You charged me twice, this is unacceptable", ComplaintTopic::kPayment},
      {"I was overcharged on my card", ComplaintTopic::kPayment},
      {"Still no refund! I want my money back", ComplaintTopic::kRefund},
      {"The kettle arrived broken and is faulty", ComplaintTopic::kQuality},
      {"It doesn’t work", ComplaintTopic::kQuality},
      {"My account was hacked", ComplaintTopic::kAccount},
      {"Your staff was rude", ComplaintTopic::kService},
      {"I want to make a complaint", ComplaintTopic::kOther},
      {"我要投诉，快递一直没到", ComplaintTopic::kDelivery},
      {"重复扣款了，气死", ComplaintTopic::kPayment},
      {"退款还没退，要投诉", ComplaintTopic::kRefund},
      {"收到的杯子是坏的，找人工", ComplaintTopic::kQuality},
      {"帳號被盜，登不上", ComplaintTopic::kAccount},
      {"客服态度太差", ComplaintTopic::kService},
      {"我要投诉", ComplaintTopic::kOther},
      {"Can I talk to an agent please?", ComplaintTopic::kNone},
      {"How much is delivery?", ComplaintTopic::kNone},
      {"我想找人工客服", ComplaintTopic::kNone},
      {"", ComplaintTopic::kNone}};
  for (const auto& [message, topic] : messages) {
    INFO(message);
    CHECK(TopicOf(message) == topic);
  }
}

TEST_CASE("a summary says what was asked before, in the customer's language") {
  Handover handover = WishOfPerson("a");
  handover.transcript[0].question = "Talk to a human";
  CHECK(SummaryOf(handover) == "The customer wants a person: \"Talk to a human\".");
  Turn before;
  before.question = "Where is my parcel?";
  before.state = AnswerState::kAbstained;
  before.article_title = "Delivery";
  handover.transcript.insert(handover.transcript.begin(), before);
  CHECK(SummaryOf(handover) ==
        "The customer wants a person: \"Talk to a human\". Asked before (not answered): "
        "\"Where is my parcel?\". Nearest article: Delivery.");
  handover.language = "zh";
  CHECK(SummaryOf(handover).find("此前的问题（未回答）：“Where is my parcel?”") !=
        std::string::npos);
  handover.transcript[0].question = std::string(299, 'x') + "退货" + std::string(4000, 'x');
  CHECK(SummaryOf(handover).find(std::string(299, 'x') + "…") != std::string::npos);
}

}  // namespace
}  // namespace clientele::qa
