#include "common/training/subnormal_flush.h"

#include <ATen/Context.h>

namespace clientele::training {

// Despite its place in the context of the process, the setting is a register of the thread.
SubnormalFlush::SubnormalFlush() { at::globalContext().setFlushDenormal(true); }

SubnormalFlush::~SubnormalFlush() { at::globalContext().setFlushDenormal(false); }

}  // namespace clientele::training
