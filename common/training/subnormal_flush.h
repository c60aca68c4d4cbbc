#ifndef CLIENTELE_COMMON_TRAINING_SUBNORMAL_FLUSH_H_
#define CLIENTELE_COMMON_TRAINING_SUBNORMAL_FLUSH_H_

namespace clientele::training {

// While it lives, the calling thread computes 0 where a result would be subnormal (below 1.2e-38),
// where the processor can. Many take a hundred times as long for such numbers, and an optimizer's
// averages decay into them for every row of a table that batches seldom touch.
//
//   const SubnormalFlush flush;
//   RunLoop(...);
//
// Belongs to the thread that made it, one at a time.
class SubnormalFlush {
 public:
  SubnormalFlush();
  ~SubnormalFlush();
  SubnormalFlush(const SubnormalFlush&) = delete;
  SubnormalFlush& operator=(const SubnormalFlush&) = delete;
};

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_SUBNORMAL_FLUSH_H_
