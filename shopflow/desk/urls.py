from django.urls import path

from shopflow.desk import dashboard

urlpatterns = [
    path("", dashboard.task_list, name="tasks"),
    path("neu/", dashboard.new_task, name="task-new"),
    path("<int:pk>/", dashboard.task_page, name="task"),
    path("<int:pk>/vergeben/", dashboard.assign, name="task-assign"),
    path("<int:pk>/verschieben/", dashboard.postpone, name="task-postpone"),
    path("<int:pk>/erledigen/", dashboard.close, name="task-close"),
    path("<int:pk>/notiz/", dashboard.note, name="task-note"),
    path("<int:pk>/aufnehmen/", dashboard.reopen, name="task-reopen"),
]
